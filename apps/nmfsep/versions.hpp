#pragma once

#include <string>

namespace nmfsep::cli {

/// The text of --version: nmfsep's and its libraries' versions, a line each; with `verbose` also
/// the compiler and the processors in use.
std::string versions(bool verbose);

}  // namespace nmfsep::cli
