#include "cli.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

#include "nmfsep/core/version.hpp"

namespace nmfsep::cli {

int run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Audio source separation by non-negative matrix factorisation", "nmfsep");
  app.set_version_flag("--version", version);
  CLI11_PARSE(app, argc, argv);
  (void)out;
  (void)err;
  return 0;
}

}  // namespace nmfsep::cli
