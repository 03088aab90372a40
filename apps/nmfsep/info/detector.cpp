#include "info/detector.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/shell_word.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

std::string describe_detector(const std::string& path, const OnsetDetector& detector) {
  return fmt::format(
      "{}: onset detector\n"
      "  network      {}\n"
      "  parameters   {}\n"
      "  threshold    {:.2f}\n"
      "  trained on   {} onsets in {:.1f} s\n"
      "  training     {} steps\n",
      printable(path), detector.network.description(), detector.network.size(), detector.threshold,
      detector.onsets, detector.seconds, detector.steps);
}

Json detector_json(const std::string& path, const OnsetDetector& detector) {
  return {{"model", path},
          {"network", detector.network.description()},
          {"parameters", detector.network.size()},
          {"threshold", detector.threshold},
          {"onsets", detector.onsets},
          {"seconds", number(detector.seconds)},
          {"steps", detector.steps},
          {"command", detector.command.empty() ? Json(nullptr) : Json(detector.command)}};
}

std::string command_of_detector(const std::string& path, const OnsetDetector& detector) {
  if (detector.command.empty())
    throw ModelFileError(
        fmt::format("{}: it has no command, as detectors that the library made have none",
                    nmfsep::quoted(path)));
  return fmt::format("{} -o {}\n", detector.command, shell_word(path));
}

}  // namespace nmfsep::cli
