# What every target of the tree is compiled with, and hebb_floor(): one object library per folder of src/hebb.

add_library(hebb_options INTERFACE)
target_include_directories(hebb_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(hebb_options INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(hebb_options INTERFACE -Wno-restrict)  # false alarms on std::string + const char*: GCC bug 105651
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  # What these versions conclude from data flow after inlining is often wrong (in std::vector, in Dims): shown, no error.
  target_compile_options(hebb_options INTERFACE -Wno-error=array-bounds -Wno-error=maybe-uninitialized -Wno-error=stringop-overflow
                         -Wno-error=stringop-overread)
endif()
if(HEBB_SANITIZE)
  string(REPLACE "," "-" name "${HEBB_SANITIZE}")
  target_compile_options(hebb_options INTERFACE -fsanitize=${HEBB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1
                         -O1 -D_GLIBCXX_ASSERTIONS)  # -O1 compiles in two thirds of the time
  target_link_options(hebb_options INTERFACE -fsanitize=${HEBB_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(hebb_options INTERFACE -Wno-maybe-uninitialized)  # false alarms under the sanitizers' instrumentation
  endif()
endif()

# hebb_floor(NAME [LINK libraries...]): the .cc files of src/hebb/NAME, without its sub-folders.
function(hebb_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 floor "" "" "LINK")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/hebb/${name}/*.cc)
  if(NOT sources)
    return()
  endif()
  add_library(hebb_${name} OBJECT ${sources})
  target_link_libraries(hebb_${name} PRIVATE hebb_options ${floor_LINK})
  target_sources(hebb PRIVATE $<TARGET_OBJECTS:hebb_${name}>)
  target_link_libraries(hebb PRIVATE ${floor_LINK})
endfunction()
