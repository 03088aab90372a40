#pragma once

#include <string>

namespace nmfsep::cli {

/// The text of --version: nmfsep's and its libraries' versions, a line each; with `verbose` also
/// the compiler, the processors, and the instruction set that updates run on. Throws what
/// kernel_target throws.
std::string versions(bool verbose);

}  // namespace nmfsep::cli
