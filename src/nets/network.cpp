#include "nmfsep/nets/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr std::string_view divider = " | ";

}  // namespace

Network::Network(const Network& other) {
  for (const auto& layer : other.layers_) layers_.push_back(layer->clone());
}

Network& Network::operator=(Network other) noexcept {
  layers_ = std::move(other.layers_);
  return *this;
}

Index Network::depth() const {
  Index count = 0;
  for (const auto& layer : layers_) count += layer->parameters().empty() ? 0 : 1;
  return count;
}

Index Network::size() const {
  Index count = 0;
  for (const Matrix* values : parameters()) count += values->size();
  return count;
}

std::string Network::description() const {
  std::string text;
  for (const auto& layer : layers_)
    text += (text.empty() ? "" : std::string(divider)) + layer->description();
  return text;
}

Index Network::outputs(Index inputs) const {
  for (const auto& layer : layers_) {
    const Index wanted = layer->inputs();
    if (wanted != 0 && wanted != inputs)
      throw InvalidArgument(fmt::format("layer '{}' takes {} features, but {} come to it",
                                        layer->description(), wanted, inputs));
    inputs = layer->outputs(inputs);
  }
  return inputs;
}

Index Network::output_frames(Index frames) const {
  for (const auto& layer : layers_) frames = layer->output_frames(frames);
  return frames;
}

bool Network::has_time() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const auto& layer) { return layer->has_time(); });
}

Batch Network::forward(Batch input, Tape& tape, Random* random) const {
  tape.resize(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    tape[i].random = random;
    input = layers_[i]->forward(std::move(input), tape[i]);
  }
  return input;
}

Batch Network::backward_to(std::size_t first, Batch gradient, const Tape& tape,
                           Gradients& gradients) const {
  for (std::size_t i = layers_.size(); i-- > first;) {
    const std::size_t count = gradients.empty() ? 0 : layers_[i]->parameters().size();
    gradient = layers_[i]->backward(std::move(gradient), tape[i], gradients.last(count));
    gradients = gradients.first(gradients.size() - count);
  }
  return gradient;
}

Batch Network::backward(Batch gradient, const Tape& tape, Gradients gradients) const {
  return backward_to(0, std::move(gradient), tape, gradients);
}

void Network::learn(Batch gradient, const Tape& tape, Gradients gradients) const {
  std::size_t first = 0;  // layer that learns; nobody asks for the gradient at those before it
  while (first < layers_.size() && layers_[first]->parameters().empty()) ++first;
  if (first == layers_.size()) return;
  gradient = backward_to(first + 1, std::move(gradient), tape, gradients);
  layers_[first]->learn(std::move(gradient), tape[first], gradients);
}

std::vector<Matrix*> Network::parameters() {
  std::vector<Matrix*> all;
  for (const auto& layer : layers_)
    for (Matrix* values : layer->parameters()) all.push_back(values);
  return all;
}

std::vector<const Matrix*> Network::parameters() const {
  std::vector<const Matrix*> all;
  for (const auto& layer : layers_)
    for (const Matrix* values : layer->parameters()) all.push_back(values);
  return all;
}

std::vector<Matrix> Network::no_gradients() const {
  std::vector<Matrix> zeros;
  for (const Matrix* values : parameters())
    zeros.push_back(Matrix::Zero(values->rows(), values->cols()));
  return zeros;
}

Network make_network(const std::string& description, const ParameterSource& source) {
  std::vector<std::unique_ptr<Layer>> layers;
  for (std::size_t begin = 0; begin <= description.size();) {
    const std::size_t end = std::min(description.find(divider, begin), description.size());
    if (static_cast<Index>(layers.size()) == most_layers)
      throw InvalidArgument(fmt::format("a network has at most {} layers", most_layers));
    layers.push_back(make_layer(description.substr(begin, end - begin), source));
    begin = end + divider.size();
  }
  return Network(std::move(layers));
}

}  // namespace nmfsep
