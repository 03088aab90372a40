#include <iostream>

#include "cli.hpp"
#include "console/last_words.hpp"

int main(int argc, char** argv) {
  nmfsep::cli::say_last_words_when_aborted();
  return nmfsep::cli::run(argc, argv, std::cout, std::cerr);
}
