#include "nmfsep/sources/n_hmm/n_hmm.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/nmf/atoms_part.hpp"
#include "sources/n_hmm/n_hmm_decomposer.hpp"
#include "sources/refuse.hpp"
#include "sources/value_checks.hpp"

namespace nmfsep {
namespace {

constexpr double probability_tolerance = 1e-4;  // of a sum, as columns of atoms have it

SourceModel load(const StoredSource& stored) {
  NHmm model;
  static_cast<ModelHeader&>(model) = stored.header();
  const int states = stored.number("states", 1, most_states);
  model.draws = stored.real("draws");
  model.W = stored.matrix("W");
  model.chain.transitions = stored.matrix("transitions", states, states);
  model.chain.initial = stored.matrix("initial", states, 1);
  return model;
}

/// Nothing that is learnt beside them, and no divergence but that of draws.
std::unique_ptr<const Decomposer> explain_alone(const std::vector<SourceModel>& models,
                                                const std::vector<LearntSource>& learnt,
                                                const NmfOptions& options) {
  if (!learnt.empty() || options.divergence.beta != 1) return nullptr;
  return std::make_unique<NHmmDecomposer>(all_of_kind<NHmm>(models), FactorialOptions{options});
}

void require_probabilities(const std::string& source, const std::string& what,
                           const VectorView& values) {
  for (Index i = 0; i < values.size(); ++i)
    if (!(values(i) >= 0 && values(i) <= 1 + static_cast<float>(probability_tolerance)))
      refuse("source '{}': {}[{}] = {}, must be a probability, 0 to 1", source, what, i, values(i));
  const double sum = values.cast<double>().sum();
  if (!(std::abs(sum - 1) <= probability_tolerance))
    refuse("source '{}': {} sums to {}, must sum to 1", source, what, sum);
}

}  // namespace

const SourceKind n_hmm_kind{"n-hmm", load, explain_alone};

std::string NHmm::kind() const { return std::string(n_hmm_kind.name); }

std::string NHmm::describe_kind() const {
  return fmt::format("hidden Markov model of {} states", states());
}

std::vector<Index> NHmm::blocks() const {
  return std::vector<Index>(static_cast<std::size_t>(states()), state_components());
}

std::string NHmm::describe_training() const {
  return fmt::format("{} updates, {:.6g} nats below the most likely, seed {}", training.iterations,
                     training.final_cost, training.seed);
}

std::vector<std::pair<std::string, std::string>> NHmm::facts() const {
  return {{"states", fmt::format("{} of {} atoms, {:.3g} draws a frame", states(),
                                 state_components(), draws)},
          {"stays", fmt::format("{:.0f} % of frames in the state before, were all states as common",
                                100 * chain.transitions.diagonal().mean())}};
}

Metadata NHmm::details() const {
  return {{"components", fmt::format("{}", components())},
          {"states", fmt::format("{}", states())},
          {"draws", fmt::format("{}", draws)}};
}

std::vector<Tensor> NHmm::tensors() const {
  return {tensor_of("W", W), tensor_of("transitions", chain.transitions),
          tensor_of("initial", chain.initial)};
}

void NHmm::validate() const {
  const NamedMatrix values{name, "W", W};
  require_shape(values, bins_of(analysis), W.cols());
  require_non_negative(values);
  require_unit_columns(values);
  if (states() < 1 || W.cols() % states() != 0)
    refuse("source '{}': {} atoms in {} states, must be equally many in each", name, W.cols(),
           states());
  if (!(draws > 0) || !std::isfinite(draws))
    refuse("source '{}': draws = {}, must be positive and finite", name, draws);
  if (chain.transitions.rows() != states() || chain.transitions.cols() != states())
    refuse("source '{}': transitions are {} × {}, must be {} × {}", name, chain.transitions.rows(),
           chain.transitions.cols(), states(), states());
  require_probabilities(name, "initial", chain.initial);
  for (Index i = 0; i < states(); ++i)
    require_probabilities(name, fmt::format("transitions[{}]", i),
                          chain.transitions.row(i).transpose());
}

std::unique_ptr<Part> NHmm::part(int /*member*/, const NmfOptions& options) const {
  return std::make_unique<AtomsPart>(W, AtomSpan{1, 0}, options.penalty);
}

}  // namespace nmfsep
