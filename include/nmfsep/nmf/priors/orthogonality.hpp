#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// λ·v/N·Σ log(ε + F·w_kᵀw_l) over the N pairs of atoms of different sources of which one at least
/// is learnt, v the sum of all V and ε = 10⁻³: sources share few bins (Grais & Erdogan, 2013,
/// "Discriminative nonnegative dictionary learning using cross-coherence penalties for single
/// channel source separation", who take the products as they are; of their logarithm two flat atoms
/// have 0, and updates can follow a bound of it).
class OrthogonalityPenalty final : public Penalty {
 public:
  /// λ ≥ 0. All atoms are one source's, and the amount 0, until `on` says which sources there are.
  /// Throws InvalidArgument for another λ.
  explicit OrthogonalityPenalty(double strength);

  std::string describe() const override;
  std::shared_ptr<const Penalty> on(const std::vector<AtomBlock>& blocks) const override;
  bool is_between_sources() const override { return true; }
  std::shared_ptr<const Penalty> of_known_atoms() const override { return nullptr; }
  void add_cost(const PenaltyTile& /*tile*/, Eigen::Ref<Eigen::VectorXd> /*cost*/) const override {}
  void add_gradient(const PenaltyTile& /*tile*/, SplitGradient /*gradient*/) const override {}
  void add_scale_gradient(const PenaltyTile&, Eigen::Ref<Eigen::VectorXd>,
                          Eigen::Ref<Eigen::VectorXd>) const override {}

  /// A logarithm lies below its tangent, in which products of two entries lie below squares; that
  /// of a column's sum is convex.
  BoundPowers dictionary_powers() const override { return {2, 0}; }
  double dictionary_cost(const PenaltyDictionary& dictionary) const override;
  void add_dictionary_gradient(const PenaltyDictionary& dictionary,
                               SplitGradient gradient) const override;

 private:
  struct Pairs;
  Pairs pairs_of(const PenaltyDictionary& dictionary) const;

  double strength_;
  std::vector<int> source_of_;  ///< of each atom; none: all of one
};

}  // namespace nmfsep
