#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <string_view>

#include "nmf/kernel/kernel.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/kernel_target.hpp"

namespace nmfsep {

const Kernel& choose_kernel() {
  const char* wanted = std::getenv("NMFSEP_TARGET");
  if (wanted == nullptr || *wanted == '\0') return *supported_kernels().front();
  for (const Kernel* kernel : supported_kernels())
    if (kernel->target == std::string_view(wanted)) return *kernel;
  throw InvalidArgument(fmt::format("NMFSEP_TARGET = '{}', must be one of {} on this machine",
                                    printable(wanted), fmt::join(kernel_targets(), ", ")));
}

std::string kernel_target() { return choose_kernel().target; }

std::vector<std::string> kernel_targets() {
  std::vector<std::string> names;
  for (const Kernel* kernel : supported_kernels()) names.emplace_back(kernel->target);
  return names;
}

}  // namespace nmfsep
