#include "train/detected_onsets.hpp"

#include <utility>

#include "nmfsep/onsets/onset_detector.hpp"

namespace nmfsep::cli {
namespace {

class DetectedOnsets final : public OnsetFinder {
 public:
  explicit DetectedOnsets(OnsetDetector detector) : detector_(std::move(detector)) {}

  std::vector<double> onsets(const AudioBuffer& recording) const override {
    std::vector<double> times;
    if (recording.length() == 0) return times;
    for (const Onset& onset :
         pick_onsets(onset_strength(detector_, recording), detector_.threshold))
      times.push_back(onset.time);
    return times;
  }

 private:
  OnsetDetector detector_;
};

}  // namespace

std::shared_ptr<const OnsetFinder> detected_onsets(const std::string& path) {
  return std::make_shared<DetectedOnsets>(load_onset_detector(path));
}

}  // namespace nmfsep::cli
