#include "nmfsep/nmf/atoms_part.hpp"

#include <fmt/format.h>

#include "nmf/kernel/kernel.hpp"
#include "nmf/step/penalised.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/multiply.hpp"
#include "nmfsep/linear/product.hpp"
#include "nmfsep/linear/stacks.hpp"

namespace nmfsep {
namespace {

/// Entries move by the ratio to the exponent, and `relaxation` times as far from 1: upwards in the
/// entry and downwards in its reciprocal. Where the denominator is 0 they stay.
void apply(const Step& step, const Matrix& numerator, const Matrix& denominator,
           Eigen::Ref<Matrix> factor) {
  const float relaxation = step.relaxation;
  factor = factor.binaryExpr(
      numerator.binaryExpr(denominator,
                           [&](float above, float below) {
                             if (!(below > 0)) return 1.0F;
                             float q = above / below;
                             if (step.exponent != 1) q = std::pow(q, step.exponent);
                             return q > 1 ? 1 + relaxation * (q - 1)
                                          : q / (relaxation + (1 - relaxation) * q);
                           }),
      [](float value, float move) {
        const float moved = value * move;
        return moved < factor_floor ? 0.0F : moved;
      });
}

}  // namespace

AtomsPart::AtomsPart(Matrix W, AtomSpan span, std::shared_ptr<const Penalty> penalty)
    : components_(W.cols()), span_(span), penalty_(std::move(penalty)), learns_(false) {
  set_dictionary(std::move(W));
}

AtomsPart::AtomsPart(Index components, AtomSpan span, std::shared_ptr<const Penalty> penalty)
    : components_(components), span_(span), penalty_(std::move(penalty)), learns_(true) {}

AtomsPart::AtomsPart(AtomsStart start, std::shared_ptr<const Penalty> penalty)
    : components_(start.W.cols()), penalty_(std::move(penalty)), learns_(true) {
  start_ = std::move(start);
}

void AtomsPart::start(const PartStart& start) {
  bins_ = start.bins;
  frames_ = start.frames;
  channels_ = start.channels;
  if (!learns_ && W_.rows() != span_.context * bins_)
    throw InvalidArgument(fmt::format("the models have {} bins, the mixture has {}",
                                      W_.rows() / span_.context, bins_));
  if (start_ &&
      (start_->W.rows() != bins_ || start_->H.rows() != components_ || start_->H.cols() != frames_))
    throw InvalidArgument("the start of a source has other bins or frames than the mixture");
  if (learns_) {
    Matrix W(span_.context * bins_, components_);
    for (float& value : W.reshaped()) value = start.random.uniform();
    if (start_) W.array() = (0.5F + 0.5F * W.array()) * start_->W.array();
    normalise_columns(W);
    set_dictionary(std::move(W));
  }
  if (weights_.size() > 0 && weights_.size() != channels_ * frames_)
    throw InvalidArgument(fmt::format("{} weights of the beginning, but {} frames", weights_.size(),
                                      channels_ * frames_));
  H_ = Matrix::Zero(components_, channels_ * stride());
  const float atom = W_.sum() / static_cast<float>(components_);
  for (Index channel = 0; channel < channels_; ++channel) {
    auto H = inner(channel);
    H.setConstant(start.level / atom);
    if (learns_)
      for (float& value : H.reshaped()) value *= 2 * start.random.uniform();
    if (start_) H.array() *= start_->H.array();
    if (learns_ && weights_.size() > 0)
      H.array().rowwise() *= weights_.segment(channel * frames_, frames_).transpose().array();
  }
  if (end_) take_end(start.scale);
}

void AtomsPart::take_end(float scale) {
  if (end_->H.rows() != components_ || end_->H.cols() != channels_ * frames_ ||
      (learns_ && (end_->W.rows() != W_.rows() || end_->W.cols() != components_)))
    throw InvalidArgument("a source cannot go on from atoms or frames of other numbers");
  if (learns_) set_dictionary(end_->W);
  for (Index channel = 0; channel < channels_; ++channel)
    inner(channel) = scale * end_->H.middleCols(channel * frames_, frames_);
}

void AtomsPart::add_model(Eigen::Ref<Matrix> R) const {
  for (Index channel = 0; channel < channels_; ++channel)
    multiply(as_it_lies(A_),
             as_it_lies(stack_frames(H_, span_.context, channel * stride(), frames_)),
             R.middleCols(channel * frames_, frames_), true);
}

/// What each activation gathers of a gradient with respect to the model, over its atom's frames:
/// components × frames.
Matrix AtomsPart::gather(const Matrix& gradient, Index channel) const {
  Matrix padded = Matrix::Zero(bins_, stride());
  padded.middleCols(span_.lead, frames_) = gradient.middleCols(channel * frames_, frames_);
  return multiply(transposed(W_), as_it_lies(stack_frames(padded, span_.context, 0, frames_)));
}

/// The same of a gradient of 1 in every bin and frame: beyond the ends there is nothing to explain,
/// and what an atom says there does not count.
Matrix AtomsPart::lag_sums() const {
  Matrix sums(components_, span_.context);
  for (Index c = 0; c < span_.context; ++c)
    sums.col(c) = W_.middleRows(c * bins_, bins_).colwise().sum().transpose();
  Matrix result = Matrix::Zero(components_, frames_);
  for (Index t = 0; t < frames_; ++t)
    for (Index c = 0; c < span_.context; ++c)
      if (const Index frame = t - span_.lead + c; frame >= 0 && frame < frames_)
        result.col(t) += sums.col(c);
  return result;
}

void AtomsPart::update_inputs(const ModelGradient& gradient) {
  const bool is_kl = gradient.positive.size() == 0;
  const Matrix kl_sums = is_kl ? lag_sums() : Matrix();
  for (Index channel = 0; channel < channels_; ++channel) {
    auto H = inner(channel);
    Matrix numerator = gather(gradient.negative, channel);
    Matrix denominator = is_kl ? kl_sums : gather(gradient.positive, channel);
    Step step = gradient.step;
    if (penalty_) {
      penalise_inputs(frames_of(gradient.frames, channel), H, numerator, denominator);
      step.exponent = static_cast<float>(update_exponent(gradient.divergence, penalty_->powers()));
    }
    apply(step, numerator, denominator, H);
  }
}

FrameScales AtomsPart::frames_of(const FrameScales& all, Index channel) const {
  const Index first = channel * frames_;
  return {all.scales.segment(first, frames_), all.weights.segment(first, frames_),
          all.totals.segment(first, frames_)};
}

void AtomsPart::penalise_inputs(const FrameScales& frames, const Matrix& H, Matrix& numerator,
                                Matrix& denominator) const {
  const Vector norms = W_.colwise().norm().transpose();
  Matrix negative, positive;
  PenalisedActivations(*penalty_, norms, frames).gradient(H, negative, positive);
  numerator += negative;
  denominator += positive;
}

void AtomsPart::update_dictionary(const ModelGradient& gradient) {
  const bool is_kl = gradient.positive.size() == 0;
  Matrix numerator(bins_, span_.context * components_);
  Matrix denominator(bins_, span_.context * components_);
  Vector sums = Vector::Zero(span_.context * components_);
  for (Index channel = 0; channel < channels_; ++channel) {
    const StackView stacked = stack_frames(H_, span_.context, channel * stride(), frames_);
    const auto collect = [&](const Matrix& part, Matrix& sum) {
      multiply(as_it_lies(part.middleCols(channel * frames_, frames_)), transposed(stacked), sum,
               channel > 0);
    };
    collect(gradient.negative, numerator);
    if (!is_kl) collect(gradient.positive, denominator);
    sums += stacked.rowwise().sum();
  }
  if (is_kl) denominator.rowwise() = sums.transpose();
  Matrix above = oldest_first(numerator, span_.context);
  Matrix below = oldest_first(denominator, span_.context);
  Step step = gradient.step;
  if (penalty_) step.exponent = static_cast<float>(penalise_dictionary(gradient, above, below));
  Matrix W = W_;
  apply(step, above, below, W);
  normalise(std::move(W));
}

/// Adds the penalty's gradient. The exponent with which the update never raises the cost.
double AtomsPart::penalise_dictionary(const ModelGradient& gradient, Matrix& numerator,
                                      Matrix& denominator) const {
  const Vector norms = W_.colwise().norm().transpose();
  Eigen::MatrixXd scale_gradient = Eigen::MatrixXd::Zero(components_, 2);
  for (Index channel = 0; channel < channels_; ++channel)
    scale_gradient += PenalisedActivations(*penalty_, norms, frames_of(gradient.frames, channel))
                          .scale_gradient(inner(channel));
  numerator.rowwise() += scale_gradient.col(0).cast<float>().transpose();
  denominator.rowwise() += scale_gradient.col(1).cast<float>().transpose();
  const TileMatrix W = W_;
  TileMatrix above = numerator;
  TileMatrix below = denominator;
  const Vector sums = gradient.frames.weights(0) * H_.rowwise().sum();
  penalty_->add_dictionary_gradient({TileView(W.data(), W.rows(), W.cols()), 0, norms, sums,
                                     static_cast<float>(weighted_total(gradient.frames))},
                                    {TileMap(above.data(), above.rows(), above.cols()),
                                     TileMap(below.data(), below.rows(), below.cols())});
  numerator = above;
  denominator = below;
  return update_exponent(gradient.divergence, penalty_->dictionary_powers());
}

double AtomsPart::prior_cost(const FrameScales& frames) const {
  if (!penalty_) return 0;
  const Vector norms = W_.colwise().norm().transpose();
  double cost = 0;
  for (Index channel = 0; channel < channels_; ++channel)
    cost += PenalisedActivations(*penalty_, norms, frames_of(frames, channel)).cost(inner(channel));
  if (!learns_) return cost;
  const TileMatrix W = W_;
  return cost + penalty_->dictionary_cost({TileView(W.data(), W.rows(), W.cols()), 0, norms,
                                           Vector::Zero(components_),
                                           static_cast<float>(weighted_total(frames))});
}

Matrix AtomsPart::H() const {
  Matrix H(components_, channels_ * frames_);
  for (Index channel = 0; channel < channels_; ++channel)
    H.middleCols(channel * frames_, frames_) = inner(channel);
  return H;
}

Matrix AtomsPart::estimate() const {
  const Matrix atoms = rebuilt_ ? latest_first(*rebuilt_, span_.context) : A_;
  Matrix result(bins_, channels_ * frames_);
  for (Index channel = 0; channel < channels_; ++channel)
    result.middleCols(channel * frames_, frames_) =
        rebuilt_ ? overlap_mean(atoms, inner(channel), span_.context)
                 : product(atoms, stack_frames(H_, span_.context, channel * stride(), frames_));
  return result;
}

void AtomsPart::set_dictionary(Matrix W) {
  W_ = std::move(W);
  A_ = latest_first(W_, span_.context);
}

/// Columns of W sum to one again, and H takes the scale. An atom that died keeps its shape.
void AtomsPart::normalise(Matrix W) {
  for (Index k = 0; k < W.cols(); ++k) {
    const auto sum = static_cast<float>(W.col(k).cast<double>().sum());
    if (!(sum > 0)) {
      W.col(k) = W_.col(k);
      continue;
    }
    W.col(k) /= sum;
    H_.row(k) *= sum;
  }
  set_dictionary(std::move(W));
}

}  // namespace nmfsep
