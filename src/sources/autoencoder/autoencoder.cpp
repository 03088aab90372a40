#include "nmfsep/sources/autoencoder/autoencoder.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "network_decomposer.hpp"
#include "network_part.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nets/activation.hpp"

namespace nmfsep {
namespace {

/// The network that the metadata describes, its parameters from the tensors "role/0", "role/1" …
Network load_network(const StoredSource& stored, const std::string& role) {
  int count = 0;
  return make_network(stored.text(role), [&](const ParameterShape& shape) {
    return stored.matrix(fmt::format("{}/{}", role, count++), shape.rows, shape.columns);
  });
}

LossKind load_loss(const StoredSource& stored) {
  const std::string& name = stored.text("loss");
  for (const LossKind loss : {LossKind::kl, LossKind::squared})
    if (name == to_string(loss)) return loss;
  throw InvalidArgument(fmt::format("source '{}': loss = '{}', must be kl or squared",
                                    stored.header().name, printable(name)));
}

std::vector<CurvePoint> load_curve(const StoredSource& stored) {
  const int points = stored.number("curve_points", 0, static_cast<int>(most_curve_points));
  std::vector<CurvePoint> curve;
  if (points == 0) return curve;
  const Matrix values = stored.matrix("curve", points, 3);
  for (Index i = 0; i < values.rows(); ++i) {
    if (!(values(i, 0) >= 0 && values(i, 0) <= 1e9F))
      throw InvalidArgument(fmt::format("source '{}': step {} in its curve cannot be",
                                        stored.header().name, values(i, 0)));
    curve.push_back({static_cast<int>(values(i, 0)), values(i, 1), values(i, 2)});
  }
  return curve;
}

SourceModel load(const StoredSource& stored) {
  Autoencoder model;
  static_cast<ModelHeader&>(model) = stored.header();
  model.floor = stored.real("floor");
  model.loss = load_loss(stored);
  model.encoder = load_network(stored, "encoder");
  model.decoder = load_network(stored, "decoder");
  model.curve = load_curve(stored);
  if (stored.number("components") != model.components())
    throw InvalidArgument(fmt::format("source '{}': components = {}, but its decoder takes {}",
                                      model.name, stored.number("components"), model.components()));
  return model;
}

std::unique_ptr<const Decomposer> explain_alone(const std::vector<SourceModel>& models,
                                                const std::vector<LearntSource>& learnt,
                                                const NmfOptions& options) {
  if (!learnt.empty() || options.divergence.beta != 1) return nullptr;
  for (const SourceModel& model : models)
    if (model.as<Autoencoder>()->has_time()) return nullptr;
  return std::make_unique<NetworkDecomposer>(models, options);
}

void check_network(const std::string& source, const char* role, const Network& network) {
  for (const Matrix* values : network.parameters())
    if (!all_finite(*values))
      throw InvalidArgument(
          fmt::format("source '{}': a weight of its {} is not finite", source, role));
}

/// Frames that a frame of the code stands for, as the decoder has it; throws unless the encoder has
/// it so, too, and neither makes more of them on the way.
Index frames_of_code(const Autoencoder& model) {
  const auto refuse = [](const Layer& layer, const char* fault) {
    throw InvalidArgument(fmt::format("layer '{}' {}", layer.description(), fault));
  };
  constexpr Index codes = 100;  // one would hide a layer that pools them
  Index decoded = codes;
  for (Index i = 0; i < model.decoder.layers(); ++i) {
    const Layer& layer = model.decoder.layer(i);
    const Index next = layer.output_frames(decoded);
    if (next < decoded) refuse(layer, "of its decoder leaves frames out");
    if (next > codes * most_context) refuse(layer, "makes too many frames of one");
    decoded = next;
  }
  const Index frames = decoded / codes;
  for (const Index count : {frames, frames + 1}) {
    Index left = count;
    for (Index i = 0; i < model.encoder.layers(); ++i) {
      const Layer& layer = model.encoder.layer(i);
      if (layer.output_frames(left) > left) refuse(layer, "of its encoder adds frames");
      left = layer.output_frames(left);
    }
    if (left != count - frames + 1)
      throw InvalidArgument(
          fmt::format("{} frames make {} codes, and {} are decoded of each", count, left, frames));
  }
  return frames;
}

std::string last_layer(const Network& network) {
  return network.layers() == 0 ? std::string() : network.layer(network.layers() - 1).description();
}

/// Whether a network that ends so says nothing negative.
bool is_non_negative(const std::string& layer) {
  const std::optional<Activation> activation = find_activation(layer);
  return activation && is_non_negative(*activation);
}

}  // namespace

const SourceKind autoencoder_kind{"autoencoder", load, explain_alone};

std::string Autoencoder::kind() const { return std::string(autoencoder_kind.name); }

std::string Autoencoder::describe_training() const {
  const std::string how =
      training.iterations == 0
          ? fmt::format("in closed form, loss {:.4g} of a number", training.final_cost)
          : fmt::format("{} steps, loss {:.4g} of a number held out", training.iterations,
                        training.final_cost);
  return fmt::format("{}, seed {}", how, training.seed);
}

std::string Autoencoder::describe_kind() const {
  return fmt::format("{}autoencoder of {} layers", has_time() ? "convolutional " : "",
                     encoder.depth() + decoder.depth());
}

Index Autoencoder::components() const {
  return decoder.layers() == 0 ? 0 : decoder.layer(0).inputs();
}

bool Autoencoder::has_positive_code() const { return is_non_negative(last_layer(encoder)); }

std::vector<std::pair<std::string, std::string>> Autoencoder::facts() const {
  std::vector<std::pair<std::string, std::string>> facts{
      {"encoder", encoder.description()},
      {"decoder", decoder.description()},
      {"parameters", fmt::format("{}", encoder.size() + decoder.size())},
      {"loss", to_string(loss)}};
  constexpr std::size_t most_shown = 8;
  std::string text;
  for (std::size_t i = 0; i < curve.size(); ++i)
    if (curve.size() <= most_shown || i * (most_shown - 1) / (curve.size() - 1) !=
                                          (i + 1) * (most_shown - 1) / (curve.size() - 1))
      text += fmt::format("{}{}: {:.4g} ({:.4g})", text.empty() ? "step: loss (held out)  " : ", ",
                          curve[i].step, curve[i].training, curve[i].held_out);
  if (!text.empty()) facts.emplace_back("curve", text);
  return facts;
}

Metadata Autoencoder::details() const {
  return {{"components", fmt::format("{}", components())},
          {"encoder", encoder.description()},
          {"decoder", decoder.description()},
          {"floor", fmt::format("{}", floor)},
          {"loss", to_string(loss)},
          {"curve_points", fmt::format("{}", curve.size())}};
}

std::vector<Tensor> Autoencoder::tensors() const {
  std::vector<Tensor> result;
  const auto add = [&](const char* role, const Network& network) {
    int count = 0;
    for (const Matrix* values : network.parameters())
      result.push_back(tensor_of(fmt::format("{}/{}", role, count++), *values));
  };
  add("encoder", encoder);
  add("decoder", decoder);
  Matrix points(static_cast<Index>(curve.size()), 3);
  for (Index i = 0; i < points.rows(); ++i) {
    const CurvePoint& point = curve[static_cast<std::size_t>(i)];
    points.row(i) << static_cast<float>(point.step), point.training, point.held_out;
  }
  if (!curve.empty()) result.push_back(tensor_of("curve", points));
  return result;
}

void Autoencoder::validate() const {
  const auto refuse = [&](const std::string& fault) {
    throw InvalidArgument(fmt::format("source '{}': {}", name, fault));
  };
  if (!(floor > 0 && floor <= 1))
    refuse(fmt::format("floor = {}, must be above 0, at most 1", floor));
  if (components() < 1) refuse("its decoder does not begin with a layer that has inputs");
  const Index bins = bins_of(analysis);
  try {
    if (encoder.outputs(bins) != components() || decoder.outputs(components()) != bins)
      refuse(fmt::format("its networks lead from {} bins by {} to {}, must lead from {} by {} back",
                         bins, encoder.outputs(bins), decoder.outputs(components()), bins,
                         components()));
    frames_of_code(*this);
  } catch (const InvalidArgument& fault) {
    refuse(fault.what());
  }
  if (!is_non_negative(last_layer(decoder)))
    refuse(fmt::format("its decoder ends in '{}', which may be negative", last_layer(decoder)));
  check_network(name, "encoder", encoder);
  check_network(name, "decoder", decoder);
  for (const CurvePoint& point : curve)
    if (point.step < 0 || !std::isfinite(point.training) || !std::isfinite(point.held_out))
      refuse("its training curve is not of finite numbers");
}

std::unique_ptr<Part> Autoencoder::part(int /*member*/, const NmfOptions& /*options*/) const {
  return std::make_unique<NetworkPart>(*this);
}

}  // namespace nmfsep
