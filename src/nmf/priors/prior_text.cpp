#include "nmfsep/nmf/priors/prior_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/priors/atom_dirichlet.hpp"
#include "nmfsep/nmf/priors/combined.hpp"
#include "nmfsep/nmf/priors/dirichlet.hpp"
#include "nmfsep/nmf/priors/gamma.hpp"
#include "nmfsep/nmf/priors/group.hpp"
#include "nmfsep/nmf/priors/orthogonality.hpp"
#include "nmfsep/nmf/priors/smoothness.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"

namespace nmfsep {
namespace {

constexpr double largest = 1e6;

bool is_above_0(double value) { return value > 0 && value <= largest; }

using Values = std::span<const double>;

template <typename Kind>
std::shared_ptr<const Penalty> make_one(Values values) {
  if (!is_above_0(values[0])) return nullptr;
  return std::make_shared<const Kind>(values[0]);
}

std::shared_ptr<const Penalty> make_gamma(Values values) {
  if (!is_above_0(values[0]) || !(values[1] >= 0 && values[1] <= largest)) return nullptr;
  return std::make_shared<const GammaPenalty>(values[0], values[1]);
}

/// Numbers apart by commas; none where there is anything else.
std::optional<std::vector<double>> numbers(std::string_view text) {
  std::vector<double> result;
  while (true) {
    double& value = result.emplace_back();
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc()) return std::nullopt;
    if (stop == end) return result;
    if (*stop != ',') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
  }
}

[[noreturn]] void refuse(std::string_view text, const std::string& rule) {
  throw InvalidArgument(fmt::format("{}: must be {}", printable(text), rule));
}

std::string names() {
  std::string all;
  for (const PriorKind& kind : prior_kinds())
    all += fmt::format("{}{}={}", all.empty() ? "" : ", ", kind.name, kind.values);
  return all;
}

}  // namespace

std::span<const PriorKind> prior_kinds() {
  static const PriorKind kinds[] = {
      {"sparsity", "X", "X above 0", "sparsity=0.5",
       "that few atoms sound at a time; 0.1 to 5 is usual", make_one<SparsityPenalty>},
      {"gamma", "A,B", "A above 0 and B not below 0", "gamma=0.9,0.1",
       "that activations have a Gamma distribution of shape A and rate B, in V's own magnitudes",
       make_gamma},
      {"dirichlet", "X", "X above 0", "dirichlet=0.95",
       "that atoms share frames evenly (X above 1) or few have most of one (below); 0.9 to 1.1 is "
       "usual",
       make_one<DirichletPenalty>},
      {"smoothness", "X", "X above 0", "smoothness=1",
       "that activations change slowly; 0.1 to 10 is usual", make_one<SmoothnessPenalty>},
      {"group", "X", "X above 0", "group=0.01",
       "that few sources sound, or of a model of many speakers few of them; 0.001 to 0.03 is usual",
       make_one<GroupPenalty>},
      {"atom-dirichlet", "X", "X above 0", "atom-dirichlet=1.1",
       "that atoms which are learnt are spread over all bins (X above 1) or have few (below); 0.9 "
       "to 1.5 is usual",
       make_one<AtomDirichletPenalty>},
      {"orthogonality", "X", "X above 0", "orthogonality=0.1",
       "that atoms which are learnt share few bins with other sources; 0.01 to 1 is usual",
       make_one<OrthogonalityPenalty>}};
  return kinds;
}

std::shared_ptr<const Penalty> prior_from_string(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const auto kinds = prior_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const PriorKind& one) { return one.name == name; });
  if (kind == kinds.end()) refuse(text, "one of " + names());
  const auto wanted = 1 + std::count(kind->values.begin(), kind->values.end(), ',');
  const auto values =
      equals == std::string_view::npos ? std::nullopt : numbers(text.substr(equals + 1));
  std::shared_ptr<const Penalty> prior;
  if (values && std::ssize(*values) == wanted) prior = kind->make(*values);
  if (!prior)
    refuse(text, fmt::format("{}={} with {}, as in {}", kind->name, kind->values, kind->rule,
                             kind->example));
  return prior;
}

std::shared_ptr<const Penalty> priors_from_string(std::string_view text) {
  std::vector<std::shared_ptr<const Penalty>> priors;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    priors.push_back(prior_from_string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return sum_of(std::move(priors));
}

}  // namespace nmfsep
