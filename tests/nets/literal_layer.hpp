#pragma once

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep::test {

/// A layer in double, straight from its formula, to compare the library's with.
struct LiteralLayer {
  std::string description;
  std::vector<Eigen::MatrixXd> parameters;
  Index frames = 1;  ///< of a sequence

  std::vector<std::string> words() const {
    std::istringstream stream(description);
    std::vector<std::string> result;
    for (std::string word; stream >> word;) result.push_back(word);
    return result;
  }

  Eigen::MatrixXd operator()(const Eigen::MatrixXd& x) const {
    const std::string name = words().front();
    if (name == "dense") return parameters[0] * x;
    if (name == "bias") return x.colwise() + parameters[0].col(0);
    if (name == "dropout") return x;
    return x.unaryExpr([&](double value) { return activate(name, value); });
  }

  static double activate(const std::string& name, double x) {
    if (name == "relu" || name == "relu-output") return x > 0 ? x : 0;
    if (name == "abs") return std::abs(x);
    if (name == "softplus") return std::log(1 + std::exp(x));
    if (name == "elu") return x > 0 ? x : std::exp(x) - 1;
    if (name == "sigmoid") return 1 / (1 + std::exp(-x));
    if (name == "tanh") return std::tanh(x);
    return x;
  }
};

}  // namespace nmfsep::test
