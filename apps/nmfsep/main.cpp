#include <iostream>

#include "cli.hpp"

int main(int argc, char** argv) { return nmfsep::cli::run(argc, argv, std::cout, std::cerr); }
