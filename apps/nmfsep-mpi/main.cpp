#include <iostream>
#include <sstream>

#include "cli.hpp"
#include "console/last_words.hpp"
#include "flags/commands.hpp"
#include "train_shared.hpp"

int main(int argc, char** argv) {
  namespace cli = nmfsep::cli;
  cli::say_last_words_when_aborted();
  const cli::Ranks ranks(argc, argv);
  std::ostringstream unheard;  // the first speaks for all
  const cli::Program program{
      "nmfsep-mpi",
      "nmfsep-mpi learns dictionaries on many machines: mpirun starts a process of it on each.",
      {[&](cli::Flags& app) { return cli::make_train_shared(app, ranks); }, cli::make_manual}};
  const int status = cli::run(program, {argc, argv}, ranks.is_first() ? std::cout : unheard,
                              ranks.is_first() ? std::cerr : unheard);
  if (status != 0) ranks.end_all(status, unheard.str());
  return 0;
}
