#include "nmfsep/nets/adam.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "each_column.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

void check(const char* field, double value, bool valid, const char* rule) {
  if (!valid || !std::isfinite(value))
    throw InvalidArgument(fmt::format("AdamOptions: {} = {}, must be {}", field, value, rule));
}

double norm(const std::vector<Matrix>& matrices) {
  double sum = 0;
  for (const Matrix& matrix : matrices) {
    Eigen::VectorXd sums(matrix.cols());
    for_each_column(matrix, [&](Index t) { sums(t) = matrix.col(t).squaredNorm(); });
    sum += sums.sum();
  }
  return std::sqrt(sum);
}

std::vector<Matrix> copies(const std::vector<Matrix*>& values) {
  std::vector<Matrix> result;
  for (const Matrix* each : values) result.push_back(*each);
  return result;
}

std::vector<Matrix> zeros(const std::vector<Matrix*>& values) {
  std::vector<Matrix> result;
  for (const Matrix* each : values) result.push_back(Matrix::Zero(each->rows(), each->cols()));
  return result;
}

}  // namespace

void AdamOptions::validate() const {
  check("learning_rate", learning_rate, learning_rate > 0, "positive");
  check("decay_steps", decay_steps, decay_steps >= 0, "at least 0");
  check("first_decay", first_decay, first_decay >= 0 && first_decay < 1, "0 or more and below 1");
  check("second_decay", second_decay, second_decay >= 0 && second_decay < 1,
        "0 or more and below 1");
  check("epsilon", epsilon, epsilon > 0, "positive");
  check("most_norm", most_norm, most_norm >= 0, "at least 0");
  check("weight_decay", weight_decay, weight_decay >= 0, "at least 0");
}

Adam::Adam(std::vector<Matrix*> values, AdamOptions options)
    : options_(options), values_(std::move(values)), first_(zeros(values_)), second_(first_) {
  options_.validate();
}

void Adam::step(const std::vector<Matrix>& gradients) {
  double rate = options_.learning_rate;
  if (options_.decay_steps > 0) {
    const double way = std::min(1.0, static_cast<double>(steps_) / options_.decay_steps);
    rate *= (1 + std::cos(std::numbers::pi * way)) / 2;
  }
  ++steps_;
  double shrink = 1;
  if (options_.most_norm > 0) shrink = std::min(1.0, options_.most_norm / norm(gradients));
  const auto scale = static_cast<float>(shrink);
  const auto b1 = static_cast<float>(options_.first_decay);
  const auto b2 = static_cast<float>(options_.second_decay);
  const auto first_rate = static_cast<float>(rate / (1 - std::pow(options_.first_decay, steps_)));
  const auto second_scale = static_cast<float>(1 / (1 - std::pow(options_.second_decay, steps_)));
  const auto keep = static_cast<float>(1 - rate * options_.weight_decay);
  const auto epsilon = static_cast<float>(options_.epsilon);
  // Not by Eigen's vectors, which have a root of their own that rounds by the machine: the compiler
  // makes vectors of this loop, whose operations round as single ones do.
  for (std::size_t i = 0; i < values_.size(); ++i)
    for_each_column(*values_[i], [&](Index t) {
      const float* gradient = gradients[i].col(t).data();
      float* m = first_[i].col(t).data();
      float* v = second_[i].col(t).data();
      float* value = values_[i]->col(t).data();
      const Index rows = values_[i]->rows();
      for (Index k = 0; k < rows; ++k) {
        const float g = scale * gradient[k];
        m[k] = b1 * m[k] + (1 - b1) * g;
        v[k] = b2 * v[k] + (1 - b2) * g * g;
        value[k] = keep * value[k] - first_rate * m[k] / (std::sqrt(second_scale * v[k]) + epsilon);
      }
    });
}

MovingAverage::MovingAverage(std::vector<Matrix*> values, double decay)
    : values_(std::move(values)), means_(copies(values_)), decay_(decay) {}

void MovingAverage::update() {
  ++updates_;
  const auto keep = static_cast<float>(std::min(decay_, updates_ / (updates_ + 10.0)));
  for (std::size_t i = 0; i < values_.size(); ++i)
    for_each_column(means_[i], [&](Index t) {
      means_[i].col(t) = keep * means_[i].col(t) + (1 - keep) * values_[i]->col(t);
    });
}

void MovingAverage::swap() {
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i]->swap(means_[i]);
}

}  // namespace nmfsep
