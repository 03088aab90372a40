#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// −(α − 1)·v/(F·K)·Σ_k Σ_f log(F·w_fk + ε), v the sum of all V, ε = 10⁻³: atoms that are learnt,
/// p(f|z), of a symmetric Dirichlet distribution (Smaragdis, Raj & Shashanka, 2007, "Supervised and
/// semi-supervised separation of sounds from single-channel mixtures", section 2), as if α − 1
/// times V had been heard beside it, the same in every bin of every atom. Since columns sum to one,
/// a Gamma distribution of shape α is the same.
class AtomDirichletPenalty final : public Penalty {
 public:
  /// α > 0. Throws InvalidArgument for another.
  explicit AtomDirichletPenalty(double concentration);

  std::string describe() const override;
  std::shared_ptr<const Penalty> of_known_atoms() const override { return nullptr; }
  void add_cost(const PenaltyTile& /*tile*/, Eigen::Ref<Eigen::VectorXd> /*cost*/) const override {}
  void add_gradient(const PenaltyTile& /*tile*/, SplitGradient /*gradient*/) const override {}
  void add_scale_gradient(const PenaltyTile&, Eigen::Ref<Eigen::VectorXd>,
                          Eigen::Ref<Eigen::VectorXd>) const override {}

  /// One of the two logarithms, that of an entry and that of its column's sum, is convex.
  BoundPowers dictionary_powers() const override { return {1, 0}; }
  double dictionary_cost(const PenaltyDictionary& dictionary) const override;
  void add_dictionary_gradient(const PenaltyDictionary& dictionary,
                               SplitGradient gradient) const override;

 private:
  double concentration_;
};

}  // namespace nmfsep
