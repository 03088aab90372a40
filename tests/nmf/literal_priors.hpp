#pragma once

#include <functional>
#include <string>

#include "oracle.hpp"

// Priors as their formulas say, entry by entry in double. `v` is the sum of each frame of V.
namespace nmfsep::test {

constexpr double literal_floor = 1e-3;  // ε

struct LiteralPrior {
  std::string text;  ///< as prior_from_string reads it
  BoundPowers powers;
  std::function<double(const Doubles& H, const Eigen::VectorXd& v)> cost;
  /// The split gradient at one entry.
  std::function<double(const Doubles&H, const Eigen::VectorXd&v, Index k, Index t)> negative,
      positive;
};

/// c·log(h + ε·v) has the gradient c / (h + ε·v).
inline LiteralPrior literal_gamma(double a, double b) {
  const auto slope = [=](const Doubles& H, const Eigen::VectorXd& v, Index k, Index t) {
    return (1 - a) / (H(k, t) + literal_floor * v(t));
  };
  return {"gamma=" + std::to_string(a) + "," + std::to_string(b),
          {1, a > 1 ? 0.0 : 1.0},
          [=](const Doubles& H, const Eigen::VectorXd& v) {
            double sum = 0;
            for (Index k = 0; k < H.rows(); ++k)
              for (Index t = 0; t < H.cols(); ++t)
                sum += (1 - a) * std::log(H(k, t) + literal_floor * v(t)) + b * H(k, t);
            return sum;
          },
          [=](const auto&... at) { return std::max(0.0, -slope(at...)); },
          [=](const auto&... at) { return b + std::max(0.0, slope(at...)); }};
}

inline LiteralPrior literal_dirichlet(double alpha) {
  const auto slope = [=](const Doubles& H, const Eigen::VectorXd& v, Index k, Index t) {
    return (1 - alpha) * v(t) / (H(k, t) + literal_floor * v(t));
  };
  return {"dirichlet=" + std::to_string(alpha),
          {1, alpha > 1 ? 0.0 : 1.0},
          [=](const Doubles& H, const Eigen::VectorXd& v) {
            double sum = 0;
            for (Index k = 0; k < H.rows(); ++k)
              for (Index t = 0; t < H.cols(); ++t)
                sum += (1 - alpha) * v(t) * std::log(H(k, t) / v(t) + literal_floor);
            return sum;
          },
          [=](const auto&... at) { return std::max(0.0, -slope(at...)); },
          [=](const auto&... at) { return std::max(0.0, slope(at...)); }};
}

inline LiteralPrior literal_smoothness(double lambda) {
  /// Σ over the neighbours of a frame of what `of(own, neighbour)` says, over their levels.
  const auto neighbours = [=](const Doubles& H, const Eigen::VectorXd& v, Index k, Index t,
                              const auto& of) {
    double sum = 0;
    for (const Index other : {t - 1, t + 1})
      if (other >= 0 && other < H.cols())
        sum += lambda * of(H(k, t), H(k, other)) / (v(t) + v(other));
    return sum;
  };
  return {"smoothness=" + std::to_string(lambda),
          {2, 1},
          [=](const Doubles& H, const Eigen::VectorXd& v) {
            double sum = 0;
            for (Index k = 0; k < H.rows(); ++k)
              for (Index t = 1; t < H.cols(); ++t)
                sum += lambda * std::pow(H(k, t) - H(k, t - 1), 2) / (v(t) + v(t - 1));
            return sum;
          },
          [=](const Doubles& H, const Eigen::VectorXd& v, Index k, Index t) {
            return neighbours(H, v, k, t, [](double h, double g) { return 2 * (h + g); });
          },
          [=](const Doubles& H, const Eigen::VectorXd& v, Index k, Index t) {
            return neighbours(H, v, k, t, [](double h, double) { return 4 * h; });
          }};
}

/// Of two blocks where there are two components or more, the first of one.
inline LiteralPrior literal_group(double lambda) {
  const auto block = [](const Doubles& H, Index k) {
    return k == 0 ? H.topRows(1).sum() : H.bottomRows(H.rows() - 1).sum();
  };
  return {"group=" + std::to_string(lambda),
          {1, 1},
          [=](const Doubles& H, const Eigen::VectorXd& v) {
            double sum = 0;
            for (const Index k : {0, 1})
              sum += lambda * v.sum() * std::log(literal_floor + block(H, k) / v.sum());
            return sum;
          },
          [=](const Doubles&, const Eigen::VectorXd&, Index, Index) { return 0.0; },
          [=](const Doubles& H, const Eigen::VectorXd& v, Index k, Index) {
            return lambda / (literal_floor + block(H, k) / v.sum());
          }};
}

inline std::vector<LiteralPrior> literal_priors() {
  return {literal_gamma(1.5, 0.25),  literal_gamma(0.75, 0.5), literal_dirichlet(1.0625),
          literal_dirichlet(0.9375), literal_smoothness(2),    literal_group(0.125)};
}

}  // namespace nmfsep::test
