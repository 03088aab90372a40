#include "nmfsep/nets/feature_scale.hpp"

namespace nmfsep {
namespace {

constexpr float least_deviation = 1e-3F;

}  // namespace

FeatureScale::FeatureScale(Index features)
    : sum_(Eigen::ArrayXd::Zero(features)), squares_(Eigen::ArrayXd::Zero(features)) {}

void FeatureScale::count(const MatrixView& features) {
  sum_ += features.cast<double>().rowwise().sum().array();
  squares_ += features.cast<double>().array().square().rowwise().sum();
  frames_ += static_cast<double>(features.cols());
}

Vector FeatureScale::mean() const { return (sum_ / frames_).cast<float>(); }

Vector FeatureScale::deviation() const {
  return (squares_ / frames_ - (sum_ / frames_).square())
      .max(0)
      .sqrt()
      .cast<float>()
      .max(least_deviation);
}

void FeatureScale::take_off(Matrix& features) const {
  features.colwise() -= mean();
  features.array().colwise() /= deviation().array();
}

void FeatureScale::absorb_into(Matrix& W, Matrix& b) const {
  W.array().rowwise() /= deviation().transpose().array();
  b -= W * mean();
}

}  // namespace nmfsep
