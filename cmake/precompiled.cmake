# What nearly every source includes is parsed once a target, not once a source: half of the time of a
# build from nothing. A source still includes all that it uses.

# nmfsep_precompile(target header…) adds headers to those that all have.
function(nmfsep_precompile target)
  target_precompile_headers(${target} PRIVATE
    <algorithm> <cmath> <filesystem> <functional> <map> <memory> <optional> <span> <string> <vector>
    <Eigen/Core> <fmt/format.h> ${ARGN})
endfunction()

# nmfsep_unite_folders(target source…) compiles the sources of a folder as one: what their headers
# make of templates is made once a folder. Sources in no folder stay by themselves.
function(nmfsep_unite_folders target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  foreach(source ${ARGN})
    cmake_path(GET source PARENT_PATH folder)
    if(folder)
      string(MAKE_C_IDENTIFIER "${folder}" group)
      set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
endfunction()
