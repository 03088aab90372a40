#pragma once

#include <algorithm>
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
    if (name == "convolution") return convolve(x);
    if (name == "transposed") return transpose(x);
    if (name == "pooling") return pool(x);
    if (name == "recurrent" || name == "lstm" || name == "gru") return recur(x);
    return x.unaryExpr([&](double value) { return activate(name, value); });
  }

  Index number(std::size_t place) const { return std::stol(words()[place]); }
  static Index divided(Index a, Index b) { return (a + b - 1) / b; }

  /// Calls work(output frame, output bin, input frame, input bin, column of the kernel's first
  /// channel) for all that a convolution connects; input frames are `count`.
  template <typename Work>
  void connect(Index count, Index sequence_frames, const Work& work) const {
    const Index bins = number(1), channels = number(2), kernel_bins = number(4),
                kernel_frames = number(5);
    const Index outputs = divided(sequence_frames, number(7));
    for (Index s = 0; s < count / sequence_frames; ++s)
      for (Index t = 0; t < outputs; ++t)
        for (Index f = 0; f < divided(bins, number(6)); ++f)
          for (Index j = 0; j < kernel_frames; ++j)
            for (Index i = 0; i < kernel_bins; ++i) {
              const Index frame =
                  t * number(7) + j * number(9) - (kernel_frames - 1) * number(9) / 2;
              const Index bin = f * number(6) + i * number(8) - (kernel_bins - 1) * number(8) / 2;
              if (frame < 0 || frame >= sequence_frames || bin < 0 || bin >= bins) continue;
              work(s * outputs + t, f, s * sequence_frames + frame, bin,
                   (j * kernel_bins + i) * channels);
            }
  }

  Eigen::MatrixXd convolve(const Eigen::MatrixXd& x) const {
    const Index in = number(2), out = number(3);
    Eigen::MatrixXd y = Eigen::MatrixXd::Zero(divided(number(1), number(6)) * out,
                                              x.cols() / frames * divided(frames, number(7)));
    connect(x.cols(), frames, [&](Index t, Index f, Index frame, Index bin, Index column) {
      for (Index o = 0; o < out; ++o)
        for (Index c = 0; c < in; ++c)
          y(f * out + o, t) += parameters[0](o, column + c) * x(bin * in + c, frame);
    });
    return y;
  }

  Eigen::MatrixXd transpose(const Eigen::MatrixXd& x) const {
    const Index in = number(2), out = number(3);
    const Index longer = frames * number(7);
    Eigen::MatrixXd y = Eigen::MatrixXd::Zero(number(1) * in, x.cols() * number(7));
    connect(y.cols(), longer, [&](Index t, Index f, Index frame, Index bin, Index column) {
      for (Index o = 0; o < out; ++o)
        for (Index c = 0; c < in; ++c)
          y(bin * in + c, frame) += parameters[0](o, column + c) * x(f * out + o, t);
    });
    return y;
  }

  Eigen::MatrixXd pool(const Eigen::MatrixXd& x) const {
    const Index bins = number(1), channels = number(2), high = number(3), wide = number(4);
    const Index outputs = divided(frames, wide);
    Eigen::MatrixXd y = Eigen::MatrixXd::Constant(divided(bins, high) * channels,
                                                  x.cols() / frames * outputs, -1e300);
    for (Index t = 0; t < x.cols(); ++t)
      for (Index f = 0; f < bins; ++f)
        for (Index c = 0; c < channels; ++c) {
          double& most = y(f / high * channels + c, t / frames * outputs + t % frames / wide);
          most = std::max(most, x(f * channels + c, t));
        }
    return y;
  }

  Eigen::MatrixXd recur(const Eigen::MatrixXd& x) const {
    const Index units = number(2), directions = number(3);
    Eigen::MatrixXd y(units * directions, x.cols());
    for (Index d = 0; d < directions; ++d)
      for (Index s = 0; s < x.cols() / frames; ++s) {
        Eigen::VectorXd h = Eigen::VectorXd::Zero(units);
        Eigen::VectorXd c = h;
        for (Index step = 0; step < frames; ++step) {
          const Index t = s * frames + (d == 0 ? step : frames - 1 - step);
          const auto p = static_cast<std::size_t>(3 * d);
          step_cell(parameters[p] * x.col(t) + parameters[p + 2].col(0), parameters[p + 1] * h, h,
                    c);
          y.block(d * units, t, units, 1) = h;
        }
      }
    return y;
  }

  /// h and c become those of the next frame.
  void step_cell(const Eigen::VectorXd& a, const Eigen::VectorXd& z, Eigen::VectorXd& h,
                 Eigen::VectorXd& c) const {
    const std::string cell = words().front();
    const Index n = h.size();
    const auto sigma = [](double v) { return 1 / (1 + std::exp(-v)); };
    for (Index i = 0; i < n; ++i) {
      const auto sum = [&](Index gate) { return a(gate * n + i) + z(gate * n + i); };
      if (cell == "recurrent") h(i) = std::tanh(sum(0));
      if (cell == "lstm") {
        c(i) = sigma(sum(1) + 1) * c(i) + sigma(sum(0)) * std::tanh(sum(3));
        h(i) = sigma(sum(2)) * std::tanh(c(i));
      }
      if (cell == "gru") {
        const double u = sigma(sum(0));
        h(i) = (1 - u) * std::tanh(a(2 * n + i) + sigma(sum(1)) * z(2 * n + i)) + u * h(i);
      }
    }
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
