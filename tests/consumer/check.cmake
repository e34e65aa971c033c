# Installs the tree BUILD below WORK, builds the project beside this file against what was installed, and runs both programs.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/moved)
file(RENAME ${WORK}/moved ${WORK}/prefix)  # an installed tree may be moved
run(${CMAKE_COMMAND} -G Ninja -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)

execute_process(COMMAND ${WORK}/prefix/bin/hebb version OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
if(NOT printed MATCHES "${VERSION}")
  message(FATAL_ERROR "the installed program says '${printed}', which is not ${VERSION}")
endif()

# Our public headers must not reach those of the libraries underneath: users need not have them.
execute_process(COMMAND ninja -C ${WORK}/build -t deps OUTPUT_VARIABLE included COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n ]+/include/(fmt|nlohmann|toml\\+\\+|CLI|oneapi|dnnl|hwy|eigen3|boost|google)[^\n ]*" heavy "${included}")
if(heavy)
  list(GET heavy 0 first)
  message(FATAL_ERROR "<hebb/hebb.h> reaches ${first}")
endif()
if(NOT included MATCHES "/prefix/include/hebb/")
  message(FATAL_ERROR "the consumer was not built with the installed headers")
endif()
