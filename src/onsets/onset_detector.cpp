#include "nmfsep/onsets/onset_detector.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/onsets/onset_features.hpp"
#include "nmfsep/sources/metadata_values.hpp"
#include "nmfsep/sources/tensor_file.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

constexpr const char* format_name = "nmfsep-onsets";
constexpr const char* format_version = "1";

/// Throws ModelFileError for a file that is something else.
void check_format(const Metadata& metadata, const fs::path& path) {
  const auto value = [&](const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  if (value("format") != format_name)
    throw ModelFileError(fmt::format(
        "{}: not an onset detector (its metadata has no format = '{}'); make one with nmfsep "
        "train-onsets",
        quoted(path), format_name));
  if (value("version") != format_version)
    throw ModelFileError(
        fmt::format("{}: onset detector of version '{}', this nmfsep reads version '{}'; use "
                    "another nmfsep or train it anew",
                    quoted(path), printable(value("version")), format_version));
}

void validate(const OnsetDetector& detector) {
  if (detector.network.outputs(onset_features_count) != 1)
    throw InvalidArgument("its network says more than one number of a frame");
  if (detector.network.output_frames(100) != 100)
    throw InvalidArgument("a layer of its network changes the number of frames");
  for (const Matrix* values : detector.network.parameters())
    if (!all_finite(*values)) throw InvalidArgument("a weight of its network is not finite");
  if (!(detector.threshold > 0 && detector.threshold <= 1))
    throw InvalidArgument(
        fmt::format("its threshold = {}, must be above 0, at most 1", detector.threshold));
}

OnsetDetector read(const fs::path& path) {
  const TensorFile file =
      read_tensor_file(path, [&](const Metadata& metadata) { check_format(metadata, path); });
  OnsetDetector detector;
  int used = 0;
  detector.network = make_network(text_of(file.metadata, "network"), [&](const auto& shape) {
    return matrix_in(file.tensors, fmt::format("network/{}", used++), shape.rows, shape.columns);
  });
  if (static_cast<std::size_t>(used) != file.tensors.size())
    throw InvalidArgument(
        fmt::format("its network has {} tensors, but it holds {}", used, file.tensors.size()));
  read_number(file.metadata, "threshold", detector.threshold);
  read_number(file.metadata, "steps", detector.steps);
  read_number(file.metadata, "seconds", detector.seconds);
  read_number(file.metadata, "onsets", detector.onsets);
  detector.command = text_of(file.metadata, "command");
  validate(detector);
  return detector;
}

}  // namespace

Vector onset_strength(const OnsetDetector& detector, const AudioBuffer& audio) {
  Matrix features = onset_features(audio);
  const Index frames = features.cols();
  Tape tape;
  const Matrix answer = detector.network.forward({std::move(features), frames}, tape).values;
  return (1 + (-answer.row(0).array()).exp()).inverse().matrix().transpose();
}

bool is_onset_detector(const fs::path& path) { return format_of_tensor_file(path) == format_name; }

OnsetDetector load_onset_detector(const fs::path& path) {
  try {
    return read(path);
  } catch (const InvalidArgument& fault) {
    throw ModelFileError(
        fmt::format("{}: not an onset detector that can be used: {}; copy the file again or train "
                    "it anew",
                    quoted(path), fault.what()));
  }
}

void save_onset_detector(const fs::path& path, const OnsetDetector& detector, Overwrite overwrite) {
  validate(detector);
  std::vector<Tensor> tensors;
  for (const Matrix* values : detector.network.parameters())
    tensors.push_back(tensor_of(fmt::format("network/{}", tensors.size()), *values));
  write_tensor_file(path,
                    {{"format", format_name},
                     {"version", format_version},
                     {"network", detector.network.description()},
                     {"threshold", fmt::format("{}", detector.threshold)},
                     {"steps", fmt::format("{}", detector.steps)},
                     {"seconds", fmt::format("{}", detector.seconds)},
                     {"onsets", fmt::format("{}", detector.onsets)},
                     {"command", detector.command}},
                    tensors, overwrite);
}

}  // namespace nmfsep
