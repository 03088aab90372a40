// What a target does with a find.
#include <cstdlib>
#include <iostream>

#include "fuzz/target.hpp"

namespace nmfsep::test {

void report_find(const std::string& what) {
  std::cerr << what << std::endl;
  std::abort();
}

}  // namespace nmfsep::test
