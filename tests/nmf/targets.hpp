#pragma once

#include <cstdlib>
#include <string>

#include "nmfsep/nmf/kernel_target.hpp"

namespace nmfsep::test {

/// Forces a kernel target as users do, for as long as it lives.
class ForcedTarget {
 public:
  explicit ForcedTarget(const std::string& target) { ::setenv(name, target.c_str(), 1); }
  ~ForcedTarget() { ::unsetenv(name); }
  ForcedTarget(const ForcedTarget&) = delete;
  ForcedTarget& operator=(const ForcedTarget&) = delete;

 private:
  static constexpr const char* name = "NMFSEP_TARGET";
};

}  // namespace nmfsep::test
