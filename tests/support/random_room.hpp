#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep::test {

/// What a recording's samples are rounded to.
enum class RoomFormat { pcm_16, pcm_24, pcm_32, float_32, float_64 };

struct RoomShape {
  std::uint64_t seed = 0;
  Index sources = 2;
  Index channels = 2;
  Index samples = 2000;
  Index taps = 8;     ///< of the filter from each source to each channel, 1 for gains
  double pole = 0.0;  ///< of the sources' low-pass filter: near 1 as at high sample rates
  RoomFormat format = RoomFormat::float_32;
};

/// References that are each one dry source through short filters, so that the channels of a
/// reference predict each other, and estimates with leakage, filtering and noise.
struct Room {
  std::vector<Signal> references;
  std::vector<Signal> estimates;
};

class RoomMaker {
 public:
  explicit RoomMaker(const RoomShape& shape) : shape_(shape), random_(shape.seed) {}

  Room make() {
    Room room;
    for (Index s = 0; s < shape_.sources; ++s) room.references.push_back(rounded(placed(dry())));
    for (Index s = 0; s < shape_.sources; ++s) {
      Signal estimate = 0.9 * room.references[static_cast<std::size_t>(s)];
      for (const Signal& other : room.references) estimate += 0.05 * other;
      estimate.bottomRows(shape_.samples - 3) +=
          0.1 * room.references[static_cast<std::size_t>(s)].topRows(shape_.samples - 3);
      for (double& sample : estimate.reshaped()) sample += 0.01 * noise();
      room.estimates.push_back(rounded(estimate));
    }
    return room;
  }

 private:
  double noise() { return 2.0 * static_cast<double>(random_.uniform()) - 1.0; }

  /// Noise through three one-pole low-pass filters, at a tenth of full scale or so.
  Eigen::VectorXd dry() {
    Eigen::VectorXd signal = Eigen::VectorXd::NullaryExpr(shape_.samples, [&] { return noise(); });
    for (int pass = 0; pass < 3; ++pass) {
      double state = 0.0;
      for (double& sample : signal) sample = state = shape_.pole * state + sample;
    }
    return signal * (0.1 / std::sqrt(signal.squaredNorm() / static_cast<double>(signal.size())));
  }

  Signal placed(const Eigen::VectorXd& source) {
    Signal signal = Signal::Zero(shape_.samples, shape_.channels);
    for (Index c = 0; c < shape_.channels; ++c)
      for (Index tap = 0; tap < std::min(shape_.taps, shape_.samples); ++tap)
        signal.col(c).tail(shape_.samples - tap) +=
            noise() / (1.0 + static_cast<double>(tap)) * source.head(shape_.samples - tap);
    return signal;
  }

  Signal rounded(const Signal& signal) const {
    const auto to_bits = [&](int bits) -> Signal {
      const double scale = std::ldexp(1.0, bits - 1);
      return (scale * signal).array().rint() / scale;
    };
    switch (shape_.format) {
      case RoomFormat::pcm_16:
        return to_bits(16);
      case RoomFormat::pcm_24:
        return to_bits(24);
      case RoomFormat::pcm_32:
        return to_bits(32);
      case RoomFormat::float_32:
        return signal.cast<float>().cast<double>();
      case RoomFormat::float_64:
        return signal;
    }
    return signal;
  }

  RoomShape shape_;
  Random random_;
};

}  // namespace nmfsep::test
