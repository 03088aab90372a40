#include "nmfsep/nmf/priors/orthogonality.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/multiply.hpp"

namespace nmfsep {

constexpr float least_overlap = 1e-3F;  // ε, of that of two flat atoms

OrthogonalityPenalty::OrthogonalityPenalty(double strength) : strength_(strength) {
  if (!(strength >= 0 && std::isfinite(strength)))
    throw InvalidArgument(fmt::format(
        "OrthogonalityPenalty: strength = {}, must be finite and at least 0", strength));
}

std::string OrthogonalityPenalty::describe() const {
  return fmt::format("orthogonality={}", strength_);
}

std::shared_ptr<const Penalty> OrthogonalityPenalty::on(
    const std::vector<AtomBlock>& blocks) const {
  auto bound = std::make_shared<OrthogonalityPenalty>(strength_);
  int source = -1;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i == 0 || blocks[i].source != blocks[i - 1].source) ++source;
    bound->source_of_.insert(bound->source_of_.end(),
                             static_cast<std::size_t>(blocks[i].components), source);
  }
  return bound;
}

/// Atoms that are learnt beside those of other sources.
struct OrthogonalityPenalty::Pairs {
  Matrix overlaps;   ///< ε + F·w_kᵀw_l, learnt × all
  Matrix are_pairs;  ///< 1 where the two are of different sources, else 0; the same shape
  double count;      ///< N
};

OrthogonalityPenalty::Pairs OrthogonalityPenalty::pairs_of(
    const PenaltyDictionary& dictionary) const {
  const auto bins = static_cast<float>(dictionary.W.rows());
  const Index all = dictionary.W.cols(), learnt = dictionary.learnt();
  const Eigen::Map<const Matrix> atoms(dictionary.W.data(), all, dictionary.W.rows());
  Pairs pairs{multiply(as_it_lies(atoms.bottomRows(learnt)), transposed(atoms)),
              Matrix::Zero(learnt, all), 0};
  pairs.overlaps = (bins * pairs.overlaps.array() + least_overlap).matrix();
  if (source_of_.empty()) return pairs;
  for (Index k = 0; k < learnt; ++k)
    for (Index l = 0; l < all; ++l) {
      const auto source = [&](Index atom) { return source_of_[static_cast<std::size_t>(atom)]; };
      if (source(dictionary.first + k) == source(l)) continue;
      pairs.are_pairs(k, l) = 1;
      pairs.count += l < dictionary.first ? 1 : 0.5;  // two that are learnt meet twice
    }
  return pairs;
}

double OrthogonalityPenalty::dictionary_cost(const PenaltyDictionary& dictionary) const {
  const Pairs pairs = pairs_of(dictionary);
  if (pairs.count == 0) return 0;
  double sum = 0;
  for (Index l = 0; l < pairs.overlaps.cols(); ++l) {
    const Vector logarithms = pairs.overlaps.col(l).array().log();
    sum += (l < dictionary.first ? 1 : 0.5) *
           logarithms.cwiseProduct(pairs.are_pairs.col(l)).cast<double>().sum();
  }
  return strength_ * static_cast<double>(dictionary.total) * sum / pairs.count;
}

/// Of log(ε·s_k·s_l + F·w_kᵀw_l) − log s_k − log s_l, where columns have sums s.
void OrthogonalityPenalty::add_dictionary_gradient(const PenaltyDictionary& dictionary,
                                                   SplitGradient gradient) const {
  const Pairs pairs = pairs_of(dictionary);
  if (pairs.count == 0) return;
  const auto bins = static_cast<float>(dictionary.W.rows());
  const auto amount =
      static_cast<float>(strength_ * static_cast<double>(dictionary.total) / pairs.count);
  const Matrix slopes = amount * pairs.are_pairs.cwiseQuotient(pairs.overlaps);
  const Eigen::Map<const Matrix> atoms(dictionary.W.data(), dictionary.W.cols(),
                                       dictionary.W.rows());
  // learnt × bins, as bins × learnt lies in rows
  Eigen::Map<Matrix> positive(gradient.positive.data(), dictionary.learnt(), atoms.cols());
  positive += bins * multiply(as_it_lies(slopes), as_it_lies(atoms));
  positive.colwise() += least_overlap * slopes.rowwise().sum();
  gradient.negative.rowwise() += amount * pairs.are_pairs.rowwise().sum().transpose();
}

}  // namespace nmfsep
