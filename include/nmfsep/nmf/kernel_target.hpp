#pragma once

#include <string>
#include <vector>

namespace nmfsep {

/// The instruction set that updates run on: "avx512", "avx2", "sse4", "neon" or "scalar". It is the
/// best that the machine has, or what the environment variable NMFSEP_TARGET names. Throws
/// InvalidArgument when the machine has not what is named.
std::string kernel_target();

/// Those that this machine can run, the best first.
std::vector<std::string> kernel_targets();

}  // namespace nmfsep
