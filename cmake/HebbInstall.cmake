# cmake --install build/release --prefix P: bin/hebb, the libraries, the headers, and what find_package(hebb) reads.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/hebb)

install(TARGETS hebb EXPORT hebb LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS hebb_cpu LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})  # opened by libhebb.so, which looks for it beside itself
if(HEBB_BUILD_PROGRAM)
  install(TARGETS hebb_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY src/hebb DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.def"
        PATTERN "hebb/kernels/cpu" EXCLUDE PATTERN "hebb/cli" EXCLUDE PATTERN "hebb/course" EXCLUDE)

# The library needs no other package of its users, so the list of targets is the whole configuration.
install(EXPORT hebb FILE hebbConfig.cmake NAMESPACE hebb:: DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hebbConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hebbConfigVersion.cmake DESTINATION ${package_folder})
