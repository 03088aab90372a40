#include "em.hpp"

#include <tbb/parallel_for.h>

#include <cmath>

#include "loop.hpp"
#include "nmf/step/factors.hpp"
#include "nmfsep/linear/multiply.hpp"

namespace nmfsep {
namespace {

constexpr float least = 0x1p-40F;  // of p(f|t): where nothing explains a bin

/// Scales each column to sum to one; those that sum to nothing become as they are in `former`.
void normalise(Eigen::Ref<Matrix> columns, const MatrixView& former) {
  tbb::parallel_for(Index{0}, columns.cols(), [&](Index k) {
    const double sum = columns.col(k).cast<double>().sum();
    if (sum > 0)
      columns.col(k) *= static_cast<float>(1 / sum);
    else
      columns.col(k) = former.col(k);
  });
}

/// The probabilities on their way.
class Em {
 public:
  Em(const MatrixView& V, const MatrixView& fixed, const NmfOptions& options)
      : V_(V), options_(options), fixed_(fixed.cols()), energy_(V.cols()) {
    Factors start(V, fixed, options);
    atoms_ = start.W;
    weights_ = std::move(start.H);
    normalise(weights_, Matrix::Constant(weights_.rows(), weights_.cols(),
                                         1 / static_cast<float>(weights_.rows())));
    for (Index t = 0; t < V.cols(); ++t) energy_(t) = V.col(t).cast<double>().sum();
  }

  /// V ⊘ p(f|t), all that the posterior q(z|f,t) = p(f|z) p(z|t) / p(f|t) needs. Answers the
  /// divergence of V from p(f|t) times the sums of its frames, summed over all parties.
  double expect() {
    ratio_ = multiply(as_it_lies(atoms_), as_it_lies(weights_));
    Eigen::VectorXd costs = Eigen::VectorXd::Zero(V_.cols());
    tbb::parallel_for(Index{0}, V_.cols(), [&](Index t) {
      for (Index f = 0; f < V_.rows(); ++f) {
        const float v = V_(f, t);
        float& ratio = ratio_(f, t);
        ratio = v > 0 ? v / std::max(ratio, least) : 0;
        if (v > 0) costs(t) += static_cast<double>(v) * std::log(ratio / energy_(t));
      }
    });
    std::vector<double> cost{costs.sum()};
    options_.reducer->sum(cost);
    return cost.front();
  }

  /// p(z|t) ∝ Σ_f V q and p(f|z) ∝ Σ_t V q, both of the same q.
  void maximise() {
    const Matrix by_frame = multiply(transposed(atoms_), as_it_lies(ratio_));
    const Matrix free = atoms_.rightCols(atoms_.cols() - fixed_);
    Matrix by_bin = multiply(as_it_lies(ratio_), transposed(weights_.bottomRows(free.cols())));
    options_.reducer->sum({by_bin.data(), static_cast<std::size_t>(by_bin.size())});
    by_bin.array() *= free.array();
    normalise(by_bin, free);
    const Matrix former = weights_;
    weights_.array() *= by_frame.array();
    normalise(weights_, former);
    atoms_.rightCols(free.cols()) = by_bin;
  }

  /// p(f|z).
  Matrix take_atoms() { return std::move(atoms_); }

  /// p(z|t) times the sums of V's frames.
  Matrix activations() const { return weights_ * energy_.cast<float>().asDiagonal(); }

 private:
  const MatrixView& V_;
  const NmfOptions& options_;
  const Index fixed_;
  Matrix atoms_;    // bins × components
  Matrix weights_;  // components × frames
  Matrix ratio_;    // bins × frames
  Eigen::VectorXd energy_;
};

}  // namespace

Factorisation factorise_by_em(const MatrixView& V, const MatrixView& fixed,
                              const NmfOptions& options, const ProgressCallback& progress) {
  ProgressGate gate(progress, "factorise", options.iterations);
  Em em(V, fixed, options);
  NmfReport report = iterate(
      options, gate, [&](const LoopPlace&) { return em.expect(); }, [&] { em.maximise(); });
  gate.finish();
  Matrix W = em.take_atoms();
  W.leftCols(fixed.cols()) = fixed;
  return {std::move(W), em.activations(), std::move(report)};
}

}  // namespace nmfsep
