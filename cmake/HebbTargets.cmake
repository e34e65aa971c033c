# What every target of the tree is compiled with, and hebb_floor(): one object library per folder of src/hebb.

add_library(hebb_options INTERFACE)
target_include_directories(hebb_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(hebb_options INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What GCC concludes from data flow after inlining is often wrong (in std::string, std::vector, Dims): shown, no error.
  target_compile_options(hebb_options INTERFACE -Wno-error=array-bounds -Wno-error=maybe-uninitialized -Wno-error=stringop-overflow
                         -Wno-error=stringop-overread)
  # A gigabyte before GCC first collects its garbage: a group of files needs less, and a tenth of the time went into collecting.
  target_compile_options(hebb_options INTERFACE --param=ggc-min-heapsize=1000000)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(hebb_options INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)  # std::string + const char*: GCC bug 105651
  else()
    # It takes every function with a temporary among its arguments for one that hands it on.
    target_compile_options(hebb_options INTERFACE -Wno-dangling-reference)
  endif()
endif()
if(HEBB_SANITIZE)
  string(REPLACE "," "-" name "${HEBB_SANITIZE}")
  target_compile_options(hebb_options INTERFACE -fsanitize=${HEBB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1
                         -O1 -D_GLIBCXX_ASSERTIONS)  # -O1 compiles in two thirds of the time
  target_link_options(hebb_options INTERFACE -fsanitize=${HEBB_SANITIZE})
  # Of tests and examples. libgomp's own synchronisation is unknown to ThreadSanitizer, and LeakSanitizer cannot always stop its idle
  # threads. LeakSanitizer guesses how large the thread-local memory of opened libraries is, and crashes where it guesses wrong ("Tracer
  # caught signal"): it finds that memory by its pointers, too.
  set(hebb_sanitizer_environment "OMP_NUM_THREADS=1;ASAN_OPTIONS=intercept_tls_get_addr=0")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(hebb_options INTERFACE -Wno-maybe-uninitialized)  # false alarms under the sanitizers' instrumentation
  endif()
endif()

# hebb_cold(TARGET [LEVEL LEVEL]): nothing in it is hot. In a Release it is optimised less than the others, which takes a third less
# time; or as LEVEL says.
target_compile_options(hebb_options INTERFACE $<TARGET_PROPERTY:HEBB_LEVEL>)  # after all others
function(hebb_cold target)
  cmake_parse_arguments(PARSE_ARGV 1 cold "" "LEVEL" "")
  if(cold_LEVEL)
    set_target_properties(${target} PROPERTIES HEBB_LEVEL ${cold_LEVEL})
  elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    set_target_properties(${target} PROPERTIES HEBB_LEVEL -O1)
  endif()
endfunction()

# The standard library's and fmt's headers take a second of every file: they are parsed once per set of compile options.
option(HEBB_PRECOMPILE "Precompile the headers of cmake/precompiled.h" ON)

# Most of a file's compile time goes into what its headers instantiate. Together, files of a target share that: a full build takes two thirds
# of the time, and a changed file takes its neighbours with it. A Debug build, for daily work, compiles one file at a time.
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  option(HEBB_UNITY "Compile the files of a target in groups" OFF)
else()
  option(HEBB_UNITY "Compile the files of a target in groups" ON)
endif()

# hebb_groups(OUT BASE FOLDER [EACH text] [FOLDERS name...] [ALONE pattern...] [GROUPS "name: pattern..." ...]): OUT becomes what to compile of the
# .cc files of BASE/FOLDER and of its FOLDERS.
#
# Where groups are wanted (HEBB_UNITY), the files that match a group's patterns, names without ".cc", are compiled as one, in the order of the
# groups; a file that matches none is compiled in the group `rest`, one of ALONE by itself. So a new file moves no other one. A group's file
# includes the others by paths from BASE, so that all clones and worktrees compile the same text and share ccache's answers. It begins with
# EACH, in which NAME stands for the group's name.
function(hebb_groups out base folder)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "EACH" "FOLDERS;ALONE;GROUPS")
  set(globs ${base}/${folder}/*.cc)
  foreach(inner ${arg_FOLDERS})
    list(APPEND globs ${base}/${folder}/${inner}/*.cc)
  endforeach()
  file(GLOB sources RELATIVE ${base} CONFIGURE_DEPENDS ${globs})
  set(compiled)
  set(alone "alone: ${arg_ALONE}")
  if(NOT HEBB_UNITY)
    set(arg_GROUPS)
    set(alone "alone: *")
  endif()
  foreach(group "${alone}" ${arg_GROUPS} "rest: *")
    string(REGEX MATCH "^([^:]+): *(.*)$" _ "${group}")
    set(name ${CMAKE_MATCH_1})
    string(REGEX REPLACE "[; ]+" "|" patterns "${CMAKE_MATCH_2}")
    string(REPLACE "*" ".*" patterns "${patterns}")
    set(members ${sources})
    list(FILTER members INCLUDE REGEX "/(${patterns})\\.cc$")
    if(NOT members OR patterns STREQUAL "")
      continue()
    endif()
    list(REMOVE_ITEM sources ${members})
    if(name STREQUAL "alone")
      list(TRANSFORM members PREPEND "${base}/")
      list(APPEND compiled ${members})
    else()
      set(file ${PROJECT_BINARY_DIR}/groups/${folder}/${name}.cc)
      list(TRANSFORM members REPLACE "(.+)" "#include \"\\1\"\n")
      string(REPLACE NAME ${name} first "${arg_EACH}")
      string(CONCAT text "${first}" ${members})
      file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
      list(APPEND compiled ${file})
    endif()
  endforeach()
  set(${out} ${compiled} PARENT_SCOPE)
endfunction()

# hebb_precompile(TARGET [REUSE OTHER | HEADERS <a.h> ...]): OTHER's precompiled headers, or its own with more headers.
function(hebb_precompile target)
  cmake_parse_arguments(PARSE_ARGV 1 pch "" "REUSE" "HEADERS")
  if(NOT HEBB_PRECOMPILE)
    return()
  endif()
  if(pch_REUSE AND NOT pch_REUSE STREQUAL target)
    target_precompile_headers(${target} REUSE_FROM ${pch_REUSE})
  else()
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake)
    target_precompile_headers(${target} PRIVATE <precompiled.h> ${pch_HEADERS})  # in <>: no path of this clone
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # lets ccache see through them
  else()
    target_compile_options(${target} PRIVATE -Xclang -fno-pch-timestamp)
  endif()
endfunction()

# hebb_precompile_as_floor(TARGET): the precompiled headers that targets of the library share. After hebb_cold: GCC from 13 on takes them
# only at the level of optimisation that they were made at, so there is one for each.
function(hebb_precompile_as_floor target)
  get_property(level TARGET ${target} PROPERTY HEBB_LEVEL)
  get_property(first GLOBAL PROPERTY hebb_first_at_level${level})
  if(NOT first)
    set(first ${target})
    set_property(GLOBAL PROPERTY hebb_first_at_level${level} ${target})
  endif()
  hebb_precompile(${target} REUSE ${first})
endfunction()

# hebb_floor(NAME [COLD [HOT pattern...]] [FOLDERS ...] [ALONE ...] [GROUPS ...] [LINK libraries...]): the .cc files of src/hebb/NAME and of those
# sub-folders that FOLDERS names.
# HOT: of a cold floor, the files that are optimised all the same; they are the group `hot`.
function(hebb_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 floor "COLD" "" "HOT;FOLDERS;ALONE;GROUPS;LINK")
  if(floor_HOT)
    list(JOIN floor_HOT " " hot)
    list(PREPEND floor_GROUPS "hot: ${hot}")
  endif()
  hebb_groups(sources ${PROJECT_SOURCE_DIR}/src hebb/${name} FOLDERS ${floor_FOLDERS} ALONE ${floor_ALONE} GROUPS ${floor_GROUPS})
  if(floor_HOT)
    set(hot_sources ${sources})
    list(TRANSFORM floor_HOT REPLACE "(.+)" "/\\1[.]cc$" OUTPUT_VARIABLE hot)
    list(JOIN hot "|" hot)
    list(FILTER hot_sources INCLUDE REGEX "${hot}|groups/hebb/${name}/hot[.]cc$")
    list(REMOVE_ITEM sources ${hot_sources})
    hebb_floor_part(${name}_hot FALSE "${hot_sources}" "${floor_LINK}")
  endif()
  hebb_floor_part(${name} ${floor_COLD} "${sources}" "${floor_LINK}")
endfunction()

function(hebb_floor_part name cold sources libraries)
  add_library(hebb_${name} OBJECT ${sources})
  target_link_libraries(hebb_${name} PRIVATE hebb_options ${libraries})
  if(cold)
    hebb_cold(hebb_${name})
  endif()
  hebb_precompile_as_floor(hebb_${name})
  target_sources(hebb PRIVATE $<TARGET_OBJECTS:hebb_${name}>)
  target_link_libraries(hebb PRIVATE ${libraries})
endfunction()
