#include "nmfsep/onsets/onset_detector.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/onsets/onset_features.hpp"
#include "nmfsep/sources/tensor_file.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

constexpr const char* format_name = "nmfsep-onsets";
constexpr const char* format_version = "1";

const std::string& text_of(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) throw InvalidArgument(fmt::format("it has no '{}'", key));
  return found->second;
}

template <typename Number>
Number number_of(const Metadata& metadata, const std::string& key) {
  const std::string& digits = text_of(metadata, key);
  const char* end = digits.data() + digits.size();
  Number number{};
  const auto result = std::from_chars(digits.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end)
    throw InvalidArgument(fmt::format("its {} = '{}' is no number of its range", key,
                                      printable(digits.substr(0, 40))));
  return number;
}

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

Matrix matrix_of(const StoredSource::Tensors& tensors, const std::string& name,
                 const ParameterShape& shape) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw InvalidArgument(fmt::format("it has no tensor '{}'", name));
  if (found->second.shape != std::vector<Index>{shape.rows, shape.columns})
    throw InvalidArgument(fmt::format("tensor '{}' is {}, must be {} × {}", name,
                                      fmt::join(found->second.shape, " × "), shape.rows,
                                      shape.columns));
  return Eigen::Map<const RowMajor>(found->second.values, shape.rows, shape.columns);
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
    return matrix_of(file.tensors, fmt::format("network/{}", used++), shape);
  });
  if (static_cast<std::size_t>(used) != file.tensors.size())
    throw InvalidArgument(
        fmt::format("its network has {} tensors, but it holds {}", used, file.tensors.size()));
  detector.threshold = number_of<float>(file.metadata, "threshold");
  detector.steps = number_of<int>(file.metadata, "steps");
  detector.seconds = number_of<double>(file.metadata, "seconds");
  detector.onsets = number_of<int>(file.metadata, "onsets");
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
