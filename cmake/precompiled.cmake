# What nearly every source includes is parsed once a target, not once a source: half of the time of a
# build from nothing. A source still includes all that it uses.

# nmfsep_precompile(target header…) adds headers to those that all have.
function(nmfsep_precompile target)
  target_precompile_headers(${target} PRIVATE
    <algorithm> <cmath> <filesystem> <functional> <map> <memory> <optional> <span> <string> <vector>
    <Eigen/Core> <fmt/format.h> ${ARGN})
endfunction()

# nmfsep_unite_folders(target) compiles the sources of a folder as one: what their headers make of
# templates is made once a folder. Those that compile themselves once an instruction set
# (`foreach_target.h`) or with options of their own stay by themselves, and so do those in no folder
# below that of the target.
function(nmfsep_unite_folders target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # A source's own types look to g++ like a header's there.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE file)
    file(STRINGS ${file} own_targets REGEX "foreach_target" LIMIT_COUNT 1)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    cmake_path(GET file PARENT_PATH folder)
    if(folder AND NOT own_targets)
      string(MAKE_C_IDENTIFIER "${folder}" group)
      set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
endfunction()
