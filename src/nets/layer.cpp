#include "nmfsep/nets/layer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nets/activation.hpp"
#include "nmfsep/nets/convolution.hpp"
#include "nmfsep/nets/dense.hpp"
#include "nmfsep/nets/dropout.hpp"
#include "nmfsep/nets/network.hpp"
#include "nmfsep/nets/recurrent.hpp"

namespace nmfsep {
namespace {

/// The words of a description, which are a layer's name and numbers.
class Words {
 public:
  explicit Words(const std::string& description) : description_(description) {
    std::istringstream words(description);
    for (std::string word; words >> word;) words_.push_back(word);
  }

  std::string name() const { return words_.empty() ? std::string() : words_.front(); }

  void require_count(std::size_t numbers) const {
    if (words_.size() != numbers + 1) refuse(fmt::format("needs {} numbers", numbers));
  }

  /// The number at a place, from 1 on: of features or the like.
  Index count(std::size_t place) const {
    const auto value = number<Index>(place);
    if (value < 1 || value > most_features)
      refuse(fmt::format("{} must be 1 to {}", value, most_features));
    return value;
  }

  void require(bool rule, const std::string& fault) const {
    if (!rule) refuse(fault);
  }

  float probability(std::size_t place) const {
    const auto value = number<float>(place);
    if (!(value >= 0 && value < 1)) refuse("needs a probability of 0 or more and below 1");
    return value;
  }

 private:
  template <typename T>
  T number(std::size_t place) const {
    const std::string& digits = words_[place];
    T value{};
    const char* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end)
      refuse(fmt::format("'{}' is not a number of its range", printable(digits)));
    return value;
  }

  [[noreturn]] void refuse(const std::string& fault) const {
    throw InvalidArgument(fmt::format("layer '{}': {}", printable(description_), fault));
  }

  const std::string& description_;
  std::vector<std::string> words_;
};

Convolution convolution_of(const Words& words) {
  words.require_count(9);
  Convolution result;
  Index* const fields[] = {&result.bins,          &result.inputs,        &result.outputs,
                           &result.kernel_bins,   &result.kernel_frames, &result.stride_bins,
                           &result.stride_frames, &result.dilation_bins, &result.dilation_frames};
  for (std::size_t i = 0; i < 9; ++i) *fields[i] = words.count(i + 1);
  for (const Index features :
       {result.bins * result.inputs, result.bins * result.outputs,
        result.inputs * result.kernel_bins, result.kernel_frames * result.dilation_frames,
        result.kernel_bins * result.dilation_bins})
    words.require(features <= most_features && result.patch() <= most_features,
                  fmt::format("asks for more than {} features", most_features));
  return result;
}

RecurrentShape recurrent_shape(Cell cell, const Words& words) {
  words.require_count(3);
  const RecurrentShape shape{cell, words.count(1), words.count(2), words.count(3)};
  words.require(shape.directions <= 2, "needs 1 or 2 directions");
  words.require(gates(cell) * shape.units <= most_features,
                fmt::format("asks for more than {} features", most_features));
  return shape;
}

}  // namespace

std::unique_ptr<Layer> make_layer(const std::string& description, const ParameterSource& source) {
  const Words words(description);
  if (words.name() == "dense") {
    words.require_count(2);
    const Index inputs = words.count(1), outputs = words.count(2);
    return std::make_unique<DenseLayer>(source({outputs, inputs, inputs}));
  }
  if (words.name() == "bias") {
    words.require_count(1);
    return std::make_unique<BiasLayer>(source({words.count(1), 1, 0}));
  }
  if (words.name() == "dropout") {
    words.require_count(1);
    return std::make_unique<DropoutLayer>(words.probability(1));
  }
  if (words.name() == "convolution" || words.name() == "transposed") {
    const Convolution convolution = convolution_of(words);
    if (words.name() == "transposed")
      return std::make_unique<TransposedLayer>(convolution,
                                               source(convolution.transposed_parameter()));
    return std::make_unique<ConvolutionLayer>(convolution, source(convolution.parameter()));
  }
  if (words.name() == "pooling") {
    words.require_count(4);
    return std::make_unique<PoolingLayer>(
        PoolingLayer::Field{words.count(1), words.count(2), words.count(3), words.count(4)});
  }
  if (const std::optional<Cell> cell = find_cell(words.name()))
    return std::make_unique<RecurrentLayer>(recurrent_shape(*cell, words), source);
  const std::optional<Activation> activation = find_activation(words.name());
  if (!activation)
    throw InvalidArgument(fmt::format("layer '{}' is unknown", printable(description)));
  words.require_count(0);
  return std::make_unique<ActivationLayer>(*activation);
}

Matrix zero_parameter(const ParameterShape& shape) {
  return Matrix::Zero(shape.rows, shape.columns);
}

float gaussian(Random& random) {
  float sum = 0;
  for (int i = 0; i < 4; ++i) sum += random.uniform();
  return (sum - 2) * 1.7320508F;  // each has a variance of 1/12
}

ParameterSource random_parameters(Random& random) {
  return [&random](const ParameterShape& shape) {
    Matrix values = zero_parameter(shape);
    if (shape.fan_in == 0) return values;
    const float deviation = std::sqrt(2 / static_cast<float>(shape.fan_in));
    for (float& value : values.reshaped()) value = deviation * gaussian(random);
    return values;
  };
}

}  // namespace nmfsep
