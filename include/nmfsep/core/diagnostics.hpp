#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace nmfsep {

/// Something the user should know that does not stop the job.
struct Warning {
  std::string code;     ///< stable, for programs: "resampled", "silent-mixture", …
  std::string message;  ///< one line for people, naming the file and the value
};

/// Where warnings go. The library never prints: it hands its warnings to this sink, which keeps
/// them and passes each on as it comes. Safe to use from many threads.
class Diagnostics {
 public:
  using Listener = std::function<void(const Warning&)>;

  explicit Diagnostics(Listener listener = {}) : listener_(std::move(listener)) {}

  void warn(std::string code, std::string message);
  std::vector<Warning> warnings() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Warning> warnings_;
  Listener listener_;
};

}  // namespace nmfsep
