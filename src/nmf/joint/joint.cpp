#include <tbb/parallel_for.h>

#include <cmath>
#include <optional>

#include "nmf/checks.hpp"
#include "nmf/loop.hpp"
#include "nmf/step/penalised.hpp"
#include "nmf/step/workspace.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/guided.hpp"

namespace nmfsep {
namespace {

/// d(x|m), see Divergence.
double divergence_of(double x, double m, double beta) {
  if (beta == 1) return x > 0 ? x * std::log(x / m) - x + m : m;
  if (beta == 0) return x / m - std::log(x / m) - 1;
  if (beta == 2) return (x - m) * (x - m) / 2;
  return (std::pow(x, beta) + (beta - 1) * std::pow(m, beta) - beta * x * std::pow(m, beta - 1)) /
         (beta * (beta - 1));
}

/// One job: V, its model, and the gradient there.
class Job {
 public:
  Job(const MatrixView& V, Index channels, const GuidedParts& guided, const NmfOptions& options)
      : options_(options),
        parts_(guided.parts),
        weights_(guided.weights),
        R_(V.rows(), V.cols()),
        ratio_(V.rows(), V.cols()) {
    const auto& parts = parts_;
    scale_ = scale_for(V.cast<double>().mean());
    const bool is_floored = options.divergence.beta <= 0;  // Itakura-Saito explains no zero
    V_ = (V.array() * scale_).unaryExpr([&](float v) {
      if (is_floored) return std::max(v, model_floor);
      return v < spectrum_floor ? 0.0F : v;
    });
    scales_ = JobScales(scale_, options.divergence, V_.colwise().sum().transpose());
    frames_.emplace(scales_.frames());
    Index components = 0;
    float floor = 0;
    for (const auto& part : parts) {
      components += part->components();
      floor = std::max(floor, part->floor());
    }
    quietest_ = (floor * V_.cast<double>().colwise().mean().cast<float>()).cwiseMax(model_floor);
    Random random(options.seed);
    const float level = V_.mean() * static_cast<float>(V.rows()) /
                        static_cast<float>(std::max<Index>(1, components));
    for (const auto& part : parts) {
      part->start({V.rows(), V.cols() / channels, channels, level, random, V_,
                   1 / static_cast<float>(parts.size()), scale_});
      learns_ = learns_ || part->learns();
    }
    if (floor > 0) V_.rowwise() += quietest_;
  }

  NmfReport run(ProgressGate& gate) {
    return iterate(
        options_, gate,
        [&](const LoopPlace& place) {
          find_model();
          return place.looks ? cost() : 0.0;
        },
        [&] { update(gate); });
  }

  void finish() {
    for (const auto& part : parts_) part->finish(1 / scale_);
  }

 private:
  void find_model() {
    R_ = quietest_.replicate(V_.rows(), 1);
    if (weights_.empty()) {
      for (const auto& part : parts_) part->add_model(R_);
      return;
    }
    disbelieved_.setZero(V_.cols());
    for (std::size_t s = 0; s < parts_.size(); ++s) {
      own_.setZero(V_.rows(), V_.cols());
      parts_[s]->add_model(own_);
      disbelieved_ +=
          (own_.array() * (1 - weights_[s].array())).matrix().colwise().sum().cast<double>();
      R_ += own_.cwiseProduct(weights_[s]);
    }
  }

  /// The ratio that a part sees.
  const Matrix& ratio_of(std::size_t part) {
    if (weights_.empty()) return ratio_;
    own_ = ratio_.cwiseProduct(weights_[part]);
    return own_;
  }

  void update(ProgressGate& gate) {
    find_gradient();
    for (std::size_t s = 0; s < parts_.size(); ++s) {
      parts_[s]->update_inputs(gradient(ratio_of(s)));
      gate.advance(0);
    }
    if (!learns_) return;
    find_model();
    find_gradient();
    for (std::size_t s = 0; s < parts_.size(); ++s)
      if (parts_[s]->learns()) parts_[s]->update_dictionary(gradient(ratio_of(s)));
  }

  void find_gradient() {
    const auto beta = static_cast<float>(options_.divergence.beta);
    if (beta != 1) positive_.resize(V_.rows(), V_.cols());
    tbb::parallel_for(Index{0}, V_.cols(), [&](Index t) {
      const auto r = R_.col(t).array();
      if (beta == 1) {
        ratio_.col(t) = V_.col(t).array() / r;
      } else if (beta == 2) {
        ratio_.col(t) = V_.col(t);
        positive_.col(t) = r;
      } else {
        positive_.col(t) = r.pow(beta - 1);
        ratio_.col(t) = V_.col(t).array() * positive_.col(t).array() / r;
      }
    });
  }

  ModelGradient gradient(const Matrix& ratio) const {
    const bool relaxed =
        options_.solver == Solver::over_relaxed || (options_.solver == Solver::squarem && learns_);
    const double relaxation = relaxed ? options_.divergence.relaxation() : 1;
    return {
        options_.divergence,
        ratio,
        positive_,
        {static_cast<float>(options_.divergence.update_exponent()), static_cast<float>(relaxation)},
        *frames_};
  }

  double cost() const {
    const double beta = options_.divergence.beta;
    Eigen::VectorXd sums(V_.cols());
    tbb::parallel_for(Index{0}, V_.cols(), [&](Index t) {
      double sum = 0;
      for (Index f = 0; f < V_.rows(); ++f) sum += divergence_of(V_(f, t), R_(f, t), beta);
      sums(t) = sum;
    });
    double total = sums.sum() + disbelieved_.sum();
    for (const auto& part : parts_) total += part->prior_cost(*frames_);
    return total / std::pow(static_cast<double>(scale_), beta);
  }

  const NmfOptions& options_;
  std::span<const std::unique_ptr<Part>> parts_;
  std::span<const Matrix> weights_;  ///< one a part, or none
  bool learns_ = false;
  JobScales scales_;
  std::optional<FrameScales> frames_;  ///< of V_, for priors
  float scale_ = 1;                    ///< of V_ over V
  Eigen::RowVectorXf quietest_;        ///< what R has in a frame before any part adds to it
  Matrix V_, R_;                       ///< R_ is the weighted model where there are weights
  Matrix ratio_, positive_;            ///< see ModelGradient
  Matrix own_;                         ///< of one part, where there are weights
  Eigen::RowVectorXd disbelieved_;     ///< of each frame, what the plain model has over R_
};

void validate(const MatrixView& V, const GuidedParts& guided, const NmfOptions& options) {
  options.validate();
  require_non_negative(V, "V");
  if (guided.parts.empty())
    throw InvalidArgument("there is no source: give models, or sources to learn");
  if (guided.weights.empty()) return;
  if (options.divergence.beta != 1)
    throw InvalidArgument("guidance goes with the Kullback-Leibler divergence alone");
  if (guided.weights.size() != guided.parts.size())
    throw InvalidArgument("guidance: there must be weights for every part");
  for (const Matrix& weights : guided.weights) {
    if (weights.rows() != V.rows() || weights.cols() != V.cols())
      throw InvalidArgument("guidance: weights must be of the shape of V");
    require_non_negative(weights, "weights");
  }
}
}  // namespace

NmfReport explain_jointly(const MatrixView& V, Index channels,
                          std::span<const std::unique_ptr<Part>> parts, const NmfOptions& options,
                          const ProgressCallback& progress) {
  return explain_guided(V, channels, {parts}, options, progress);
}

NmfReport explain_guided(const MatrixView& V, Index channels, const GuidedParts& guided,
                         const NmfOptions& options, const ProgressCallback& progress) {
  validate(V, guided, options);
  ProgressGate gate(progress, "factorise", options.iterations);
  Job job(V, channels, guided, options);
  NmfReport report = job.run(gate);
  gate.finish();
  job.finish();
  return report;
}

}  // namespace nmfsep
