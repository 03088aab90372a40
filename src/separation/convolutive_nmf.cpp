#include "convolutive_nmf.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "context.hpp"
#include "exemplars.hpp"
#include "joint_model.hpp"
#include "nmfsep/core/random.hpp"
#include "product.hpp"

namespace nmfsep {
namespace {

/// Size of the pieces that threads work on, whatever their number, so that bits do not depend on
/// it.
constexpr Index tile = 64;
constexpr float tiny = 1e-30F;
/// Updates between two looks at the cost.
constexpr int cost_interval = 10;

/// Calls `work(first, count)` for pieces of 0 to `total`.
template <typename Work>
void for_tiles(Index total, const Work& work) {
  tbb::parallel_for(Index{0}, (total + tile - 1) / tile,
                    [&](Index i) { work(i * tile, std::min(tile, total - i * tile)); });
}

/// The factor by which entries move whose multiplicative step is `ratio`: `relaxation` times as
/// far, upwards in the entry and downwards in its reciprocal.
template <typename Ratio>
Eigen::ArrayXXf relaxed(const Ratio& ratio, float relaxation) {
  const Eigen::ArrayXXf q = ratio;
  return (q > 1).select(1 + relaxation * (q - 1), q / (relaxation + (1 - relaxation) * q));
}

/// V, its model and both factors, and one step for each factor.
class Deconvolution {
 public:
  Deconvolution(const MatrixView& V, Matrix W, Index context, bool over_relaxed)
      : V_(V),
        context_(context),
        relaxation_(over_relaxed ? static_cast<float>(Divergence().relaxation()) : 1),
        floor_(std::max(tiny, std::ldexp(V.maxCoeff(), -40))),
        H_(Matrix::Zero(W.cols(), V.cols() + context - 1)),
        R_(V.rows(), V.cols()),
        Q_(Matrix::Zero(V.rows(), V.cols() + context - 1)) {
    set_dictionary(std::move(W));
  }

  auto H() { return H_.rightCols(V_.cols()); }

  /// Activations that all start alike, or where `random` says.
  void start(Random* random) {
    const float level = V_.mean() * static_cast<float>(V_.rows()) / static_cast<float>(W_.cols());
    H().setConstant(level);
    if (random != nullptr)
      for (float& value : H().reshaped()) value *= 2 * random->uniform();
  }

  void update_activations() {
    find_ratio();
    const Vector sums = W_.colwise().sum();
    const Index bins = V_.rows();
    for_tiles(V_.cols(), [&](Index first, Index count) {
      const Matrix numerator = W_.transpose() * stack_frames(Q_, context_, first, count);
      for (Index t = 0; t < count; ++t) {
        // Beyond the end there is nothing to explain, and the atoms' rest does not count.
        const Index inside = std::min(context_, V_.cols() - first - t);
        const Vector weight =
            inside == context_ ? sums : Vector(W_.topRows(inside * bins).colwise().sum());
        H().col(first + t).array() *=
            relaxed(numerator.col(t).array() / weight.array().max(tiny), relaxation_);
      }
    });
  }

  void update_dictionary() {
    find_ratio();
    const StackView stacked = stack_frames(H_, context_, 0, V_.cols());
    const Vector weights = stacked.rowwise().sum();
    for_tiles(V_.rows(), [&](Index first, Index count) {
      const Matrix numerator = Q_.block(first, 0, count, V_.cols()) * stacked.transpose();
      A_.middleRows(first, count).array() *=
          relaxed(numerator.array().rowwise() / weights.transpose().array().max(tiny), relaxation_);
    });
    normalise();
  }

  double cost() {
    find_model();
    double sum = 0;
    for (Index t = 0; t < V_.cols(); ++t)
      for (Index f = 0; f < V_.rows(); ++f) {
        const double v = V_(f, t);
        const double r = std::max(R_(f, t), floor_);
        sum += v > 0 ? v * std::log(v / r) - v + r : r;
      }
    return sum;
  }

  const Matrix& W() const { return W_; }

 private:
  void set_dictionary(Matrix W) {
    W_ = std::move(W);
    A_ = latest_first(W_, context_);
  }

  void find_model() {
    for_tiles(V_.cols(), [&](Index first, Index count) {
      R_.middleCols(first, count).noalias() = A_ * stack_frames(H_, context_, first, count);
    });
  }

  void find_ratio() {
    find_model();
    Q_.leftCols(V_.cols()).array() = V_.array() / R_.array().max(floor_);
  }

  /// Columns of W sum to one again, and H takes the scale. An atom that died keeps its shape.
  void normalise() {
    Matrix W = oldest_first(A_, context_);
    for (Index k = 0; k < W.cols(); ++k) {
      const auto sum = static_cast<float>(W.col(k).cast<double>().sum());
      if (!(sum > tiny)) {
        W.col(k) = W_.col(k);
        continue;
      }
      W.col(k) /= sum;
      H().row(k) *= sum;
    }
    set_dictionary(std::move(W));
  }

  const MatrixView& V_;
  Index context_;
  float relaxation_;
  float floor_;  ///< least value of the model that V is divided by
  Matrix W_;     ///< context · bins × components, oldest frame first
  Matrix A_;     ///< the same as `latest_first`
  Matrix H_;     ///< context − 1 frames of silence, then the activations
  Matrix R_;     ///< the model of V
  Matrix Q_;     ///< V over R, then context − 1 frames of silence
};

/// Calls `update` as often as `options` say.
template <typename Update>
NmfReport iterate(Deconvolution& problem, const NmfOptions& options,
                  const ProgressCallback& progress, const Update& update) {
  NmfReport result;
  result.cost.push_back({0, problem.cost()});
  while (result.iterations < options.iterations) {
    nmfsep::report(progress,
                   {"factorise", result.iterations, options.iterations, result.cost.back().cost});
    update();
    ++result.iterations;
    if (result.iterations % cost_interval != 0 && result.iterations < options.iterations) continue;
    const double before = result.cost.back().cost;
    result.cost.push_back({result.iterations, problem.cost()});
    if (before - result.cost.back().cost < options.tolerance * before) {
      result.termination = Termination::tolerance;
      break;
    }
  }
  return result;
}

}  // namespace

Factorization factorize_convolutive(const MatrixView& V, Index context, const NmfOptions& options,
                                    const ProgressCallback& progress) {
  Random random(options.seed);
  Matrix W(context * V.rows(), options.components);
  for (float& value : W.reshaped()) value = random.uniform();
  normalise_columns(W);
  Deconvolution problem(V, std::move(W), context, options.solver != Solver::multiplicative);
  problem.start(&random);
  NmfReport report = iterate(problem, options, progress, [&] {
    problem.update_activations();
    problem.update_dictionary();
  });
  return {problem.W(), problem.H(), std::move(report)};
}

Activations infer_convolutive(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress) {
  Deconvolution problem(V, W, W.rows() / V.rows(), options.solver == Solver::over_relaxed);
  problem.start(nullptr);
  NmfReport report = iterate(problem, options, progress, [&] { problem.update_activations(); });
  return {problem.H(), std::move(report)};
}

Matrix convolve(const MatrixView& W, const MatrixView& H, Index context) {
  Matrix padded(H.rows(), H.cols() + context - 1);
  padded << Matrix::Zero(H.rows(), context - 1), H;
  return product(latest_first(W, context), stack_frames(padded, context, 0, H.cols()));
}

}  // namespace nmfsep
