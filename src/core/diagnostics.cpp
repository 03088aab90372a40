#include "nmfsep/core/diagnostics.hpp"

namespace nmfsep {

void Diagnostics::warn(std::string code, std::string message) {
  const std::lock_guard lock(mutex_);
  warnings_.push_back({std::move(code), std::move(message)});
  if (listener_) listener_(warnings_.back());
}

std::vector<Warning> Diagnostics::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

}  // namespace nmfsep
