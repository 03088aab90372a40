// The one file that is compiled with the build's paths: all others compile alike in every clone, so
// that a compiler cache serves them.
#include "support/paths.hpp"

namespace nmfsep::test {

std::filesystem::path project_folder() { return NMFSEP_SOURCE_DIR; }

std::filesystem::path program_path() { return NMFSEP_PROGRAM; }

}  // namespace nmfsep::test
