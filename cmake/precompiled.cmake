# What nearly every source includes is parsed once a target, not once a source: half of the time of a
# build from nothing. A source still includes all that it uses.

# nmfsep_precompile(target header…) adds headers to those that all have.
function(nmfsep_precompile target)
  target_precompile_headers(${target} PRIVATE
    <algorithm> <cmath> <filesystem> <functional> <map> <memory> <optional> <span> <string> <vector>
    <Eigen/Core> <fmt/format.h> ${ARGN})
endfunction()
