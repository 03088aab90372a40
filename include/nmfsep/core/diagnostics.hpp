#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace nmfsep {

/// What a warning is about.
enum class WarningCode {
  resampled,            ///< audio is at another rate than the models or the first recording
  silent_mixture,       ///< a mixture is silent, and so are its stems
  clipped,              ///< samples of a stem were limited to what its file can hold
  too_little_material,  ///< too few seconds of a source: to tune on, or for its network
  ill_conditioned,      ///< references nearly depend on each other: other programs' scores vary
  cut_from_whole,       ///< frames were cut from the filtered signal, not filtered by themselves
  underdetermined,      ///< a frame has fewer samples than filters have taps
  silent_frames,        ///< frames are undefined, since a reference or an estimate is silent
  lag,                  ///< an estimate seems to be late or early
  incomplete,           ///< a recording is shorter than its header says, and what is there is taken
};

/// As programs read it: "silent-mixture".
std::string to_string(WarningCode code);

/// Something the user should know that does not stop the job.
struct Warning {
  WarningCode code;
  std::string message;  ///< one line for people, naming the file and the value
};

/// Where warnings go. The library never prints: it hands its warnings to this sink, which keeps
/// them and passes each on as it comes. Safe to use from many threads.
class Diagnostics {
 public:
  using Listener = std::function<void(const Warning&)>;

  explicit Diagnostics(Listener listener = {}) : listener_(std::move(listener)) {}

  void warn(WarningCode code, std::string message);
  std::vector<Warning> warnings() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Warning> warnings_;
  Listener listener_;
};

}  // namespace nmfsep
