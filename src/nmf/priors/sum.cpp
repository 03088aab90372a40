#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/nmf/priors/combined.hpp"

namespace nmfsep {
namespace {

using Priors = std::vector<std::shared_ptr<const Penalty>>;

/// Powers furthest out bound what lies between them.
BoundPowers outer(const BoundPowers& a, const BoundPowers& b) {
  return {std::max(a.most, b.most), std::min(a.least, b.least)};
}

class SumPenalty final : public Penalty {
 public:
  explicit SumPenalty(Priors priors) : priors_(std::move(priors)) {}

  std::string describe() const override {
    std::string text;
    for (const auto& prior : priors_)
      text += fmt::format("{}{}", text.empty() ? "" : " ", prior->describe());
    return text;
  }

  std::optional<Index> reach() const override {
    std::optional<Index> furthest = 0;
    for (const auto& prior : priors_) {
      const std::optional<Index> one = prior->reach();
      furthest = one && furthest ? std::optional(std::max(*one, *furthest)) : std::nullopt;
    }
    return furthest;
  }

  std::shared_ptr<const Penalty> on(const std::vector<AtomBlock>& blocks) const override {
    Priors bound;
    for (const auto& prior : priors_) bound.push_back(prior->on(blocks));
    return sum_of(std::move(bound));
  }

  std::shared_ptr<const Penalty> of_known_atoms() const override {
    Priors left;
    for (const auto& prior : priors_) left.push_back(prior->of_known_atoms());
    return sum_of(std::move(left));
  }

  BoundPowers powers() const override {
    BoundPowers all;
    for (const auto& prior : priors_) all = outer(all, prior->powers());
    return all;
  }

  BoundPowers dictionary_powers() const override {
    BoundPowers all;
    for (const auto& prior : priors_) all = outer(all, prior->dictionary_powers());
    return all;
  }

  void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const override {
    for (const auto& prior : priors_) prior->add_cost(tile, cost);
  }

  void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const override {
    for (const auto& prior : priors_) prior->add_gradient(tile, gradient);
  }

  void add_scale_gradient(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> negative,
                          Eigen::Ref<Eigen::VectorXd> positive) const override {
    for (const auto& prior : priors_) prior->add_scale_gradient(tile, negative, positive);
  }

  bool is_between_sources() const override {
    return std::any_of(priors_.begin(), priors_.end(),
                       [](const auto& prior) { return prior->is_between_sources(); });
  }

  double dictionary_cost(const PenaltyDictionary& dictionary) const override {
    double cost = 0;
    for (const auto& prior : priors_) cost += prior->dictionary_cost(dictionary);
    return cost;
  }

  void add_dictionary_gradient(const PenaltyDictionary& dictionary,
                               SplitGradient gradient) const override {
    for (const auto& prior : priors_) prior->add_dictionary_gradient(dictionary, gradient);
  }

 private:
  Priors priors_;
};

}  // namespace

std::shared_ptr<const Penalty> sum_of(Priors priors) {
  std::erase(priors, nullptr);
  if (priors.empty()) return nullptr;
  if (priors.size() == 1) return priors.front();
  return std::make_shared<const SumPenalty>(std::move(priors));
}

}  // namespace nmfsep
