#include "nmfsep/sources/mask_network/mask_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "sources/mask_network/mask_decomposer.hpp"
#include "sources/mask_network/mask_examples.hpp"
#include "sources/mask_network/mask_features.hpp"

namespace nmfsep {
namespace {

constexpr int most_sources = 8;
constexpr int most_steps = 1000000;
constexpr int most_looks = 1000;

/// "step: SDR in dB 125: 5.10, 250: 6.20 (kept)", network after network.
std::string describe(const std::vector<HeldOutLook>& looks) {
  std::string text = "step: SDR in dB";
  const HeldOutLook* before = nullptr;
  for (const HeldOutLook& look : looks) {
    const char* divider = before == nullptr ? "" : before->network == look.network ? "," : " |";
    text +=
        fmt::format("{} {}: {:.2f}{}", divider, look.step, look.sdr, look.kept ? " (kept)" : "");
    before = &look;
  }
  return text;
}

std::vector<HeldOutLook> load_looks(const StoredSource& stored) {
  if (!stored.has("network_looks")) return {};  // as nmfsep kept none at first
  std::vector<HeldOutLook> looks;
  const int count = stored.number("network_looks", 0, most_looks);
  if (count == 0) return looks;
  const Matrix values = stored.matrix("network_sdr", count, 4);
  const auto number = [&](Index i, Index column, int most) {
    const float value = values(i, column);
    if (!(value >= 0 && value <= static_cast<float>(most)))
      throw InvalidArgument(
          fmt::format("source '{}': network_sdr has {} in column {}, must be 0 to {}",
                      stored.header().name, value, column, most));
    return static_cast<int>(value);
  };
  for (Index i = 0; i < values.rows(); ++i)
    looks.push_back({number(i, 0, most_members - 1), number(i, 1, most_steps), values(i, 2),
                     number(i, 3, 1) == 1});
  return looks;
}

std::shared_ptr<const MaskNet> load_net(const StoredSource& stored) {
  MaskNet net;
  net.context = stored.number("network_context", 1, most_context);
  net.share = stored.real("network_share");
  net.estimates = stored.has("network_estimates") && stored.number("network_estimates", 0, 1) == 1;
  net.steps = stored.number("network_steps", 0, most_steps);
  net.looks = load_looks(stored);
  const int sources = stored.number("network_sources", 2, most_sources);
  for (int s = 0; s < sources; ++s)
    net.sources.push_back(stored.text(fmt::format("network_source_{}", s)));
  const int networks = stored.number("network_members", 1, most_members);
  for (int member = 0; member < networks; ++member) {
    int count = 0;
    net.networks.push_back(make_network(stored.text("network"), [&](const ParameterShape& shape) {
      return stored.matrix(fmt::format("network/{}/{}", member, count++), shape.rows,
                           shape.columns);
    }));
  }
  return std::make_shared<const MaskNet>(std::move(net));
}

SourceModel load(const StoredSource& stored) {
  MaskNetwork model;
  static_cast<ModelHeader&>(model) = stored.header();
  model.dictionary = *paired_kind.load(stored).as<PairedDictionary>();
  model.place = stored.number("place", 0, most_sources - 1);
  if (model.place == 0) model.net = load_net(stored);
  return model;
}

std::unique_ptr<const Decomposer> explain_alone(const std::vector<SourceModel>& models,
                                                const std::vector<LearntSource>& learnt,
                                                const NmfOptions& options) {
  if (!learnt.empty()) return nullptr;
  return std::make_unique<MaskDecomposer>(models, options);
}

void validate_net(const MaskNetwork& model) {
  const auto refuse = [&](const std::string& fault) {
    throw InvalidArgument(fmt::format("source '{}': {}", model.name, fault));
  };
  const MaskNet& net = *model.net;
  if (net.networks.empty()) refuse("it has no network");
  if (!(net.share >= 0 && net.share <= 1))
    refuse(fmt::format("network_share = {}, must be 0 to 1", net.share));
  if (net.context % 2 == 0) refuse(fmt::format("network_context = {}, must be odd", net.context));
  for (const HeldOutLook& look : net.looks)
    if (!std::isfinite(look.sdr)) refuse("network_sdr is not of finite numbers");
  const Index bins = bins_of(model.analysis);
  const auto outputs = static_cast<Index>(net.sources.size()) * bins;
  const Index features = MaskFeatures(bins, net.context).count() + (net.estimates ? outputs : 0);
  for (const Network& network : net.networks) {
    if (network.outputs(features) != outputs)
      refuse(fmt::format("its network leads from {} features to {}, must lead to {}", features,
                         network.outputs(features), outputs));
    if (network.output_frames(mask_piece_frames) != mask_piece_frames)
      refuse("a layer of its network changes the number of frames");
    const auto values = network.parameters();
    if (!std::all_of(values.begin(), values.end(), [](const Matrix* v) { return all_finite(*v); }))
      refuse("a weight of its network is not finite");
  }
}

}  // namespace

const SourceKind mask_network_kind{"mask-network", load, explain_alone};

std::string MaskNetwork::kind() const { return std::string(mask_network_kind.name); }

std::string MaskNetwork::describe_kind() const {
  return "mask network and " + dictionary.describe_kind();
}

std::vector<std::pair<std::string, std::string>> MaskNetwork::facts() const {
  if (!net) return {};
  std::vector<std::pair<std::string, std::string>> facts{
      {"network", net->networks.front().description()},
      {"networks",
       fmt::format("{} of {} parameters", net->networks.size(), net->networks.front().size())},
      {"steps", fmt::format("{}", net->steps)},
      {"dictionaries", fmt::format("a share of {:.2f} in the masks{}", net->share,
                                   net->estimates ? ", and heard by the network" : "")}};
  if (!net->looks.empty()) facts.emplace_back("held out", describe(net->looks));
  return facts;
}

Metadata MaskNetwork::details() const {
  Metadata details = dictionary.details();
  details["place"] = fmt::format("{}", place);
  if (!net) return details;
  details["network"] = net->networks.front().description();
  details["network_members"] = fmt::format("{}", net->networks.size());
  details["network_context"] = fmt::format("{}", net->context);
  details["network_share"] = fmt::format("{}", net->share);
  if (net->estimates) details["network_estimates"] = "1";
  details["network_steps"] = fmt::format("{}", net->steps);
  details["network_looks"] = fmt::format("{}", net->looks.size());
  details["network_sources"] = fmt::format("{}", net->sources.size());
  for (std::size_t s = 0; s < net->sources.size(); ++s)
    details[fmt::format("network_source_{}", s)] = net->sources[s];
  return details;
}

std::vector<Tensor> MaskNetwork::tensors() const {
  std::vector<Tensor> result = dictionary.tensors();
  if (!net) return result;
  for (std::size_t member = 0; member < net->networks.size(); ++member) {
    int count = 0;
    for (const Matrix* values : net->networks[member].parameters())
      result.push_back(tensor_of(fmt::format("network/{}/{}", member, count++), *values));
  }
  Matrix sdr(static_cast<Index>(net->looks.size()), 4);
  for (Index i = 0; i < sdr.rows(); ++i) {
    const HeldOutLook& look = net->looks[static_cast<std::size_t>(i)];
    sdr.row(i) << static_cast<float>(look.network), static_cast<float>(look.step), look.sdr,
        look.kept ? 1.0F : 0.0F;
  }
  if (sdr.rows() > 0) result.push_back(tensor_of("network_sdr", sdr));
  return result;
}

void MaskNetwork::validate() const {
  dictionary.validate();
  if (place < 0 || place >= most_sources || (place == 0) != (net != nullptr))
    throw InvalidArgument(
        fmt::format("source '{}': place = {}, must be 0 to {}, and 0 where the network is", name,
                    place, most_sources - 1));
  if (net) validate_net(*this);
}

std::unique_ptr<Part> MaskNetwork::part(int member, const NmfOptions& options) const {
  return dictionary.part(member, options);
}

}  // namespace nmfsep
