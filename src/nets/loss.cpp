#include "nmfsep/nets/loss.hpp"

#include <algorithm>
#include <cmath>

#include "each_column.hpp"

namespace nmfsep {
namespace {

/// v ln(v / y) − v + y, where v = 0 has y alone.
double kl(double v, double y) { return v > 0 ? v * std::log(v / y) - v + y : y; }

}  // namespace

std::string to_string(LossKind kind) { return kind == LossKind::kl ? "kl" : "squared"; }

double Loss::value(const MatrixView& target, const MatrixView& output) const {
  Eigen::VectorXd sums(target.cols());
  tbb::parallel_for(Index{0}, target.cols(), [&](Index t) {
    double sum = 0;
    for (Index f = 0; f < target.rows(); ++f) {
      const double v = target(f, t);
      const double y = output(f, t);
      sum += kind == LossKind::kl
                 ? kl(v + static_cast<double>(floor), y + static_cast<double>(floor))
                 : (v - y) * (v - y) / 2;
    }
    sums(t) = sum;
  });
  return sums.sum();
}

Matrix Loss::gradient(const MatrixView& target, const MatrixView& output, float scale) const {
  Matrix result(target.rows(), target.cols());
  for_each_column(result, [&](Index t) {
    const auto v = target.col(t).array();
    const auto y = output.col(t).array();
    if (kind == LossKind::kl)
      result.col(t) = scale * (y - v) / (y + floor);
    else
      result.col(t) = scale * (y - v);
  });
  return result;
}

double cross_entropy(const MatrixView& target, Matrix& z) {
  double loss = 0;
  const double scale = 1 / static_cast<double>(z.size());
  for (Index t = 0; t < z.cols(); ++t)
    for (Index i = 0; i < z.rows(); ++i) {
      const double x = z(i, t);
      const double y = target(i, t);
      loss += std::max(x, 0.0) - x * y + std::log1p(std::exp(-std::abs(x)));
      z(i, t) = static_cast<float>(scale * (1 / (1 + std::exp(-x)) - y));
    }
  return loss * scale;
}

double l1_norm(const MatrixView& H) { return H.cast<double>().cwiseAbs().sum(); }

void add_l1_gradient(const MatrixView& H, float lambda, Matrix& gradient) {
  gradient.array() += lambda * H.array().sign();
}

}  // namespace nmfsep
