#include "nmfsep/core/diagnostics.hpp"

namespace nmfsep {

std::string to_string(WarningCode code) {
  switch (code) {
    case WarningCode::resampled:
      return "resampled";
    case WarningCode::silent_mixture:
      return "silent-mixture";
    case WarningCode::clipped:
      return "clipped";
    case WarningCode::too_little_material:
      return "too-little-material";
    case WarningCode::ill_conditioned:
      return "ill-conditioned";
    case WarningCode::cut_from_whole:
      return "cut-from-whole";
    case WarningCode::underdetermined:
      return "underdetermined";
    case WarningCode::silent_frames:
      return "silent-frames";
    case WarningCode::lag:
      return "lag";
    case WarningCode::incomplete:
      return "incomplete";
  }
  return "unknown";
}

void Diagnostics::warn(WarningCode code, std::string message) {
  const std::lock_guard lock(mutex_);
  warnings_.push_back({code, std::move(message)});
  if (listener_) listener_(warnings_.back());
}

std::vector<Warning> Diagnostics::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

}  // namespace nmfsep
