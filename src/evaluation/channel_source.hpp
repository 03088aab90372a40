#pragma once

#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// Channels side by side, references first, read a stretch at a time.
class ChannelSource {
 public:
  virtual ~ChannelSource() = default;

  virtual Index samples() const = 0;
  virtual Index channels() const = 0;

  /// Samples first to first + count - 1 of every channel, zeros where the signal is not. Costs
  /// least when `first` never falls.
  virtual Signal stretch(Index first, Index count) = 0;
};

/// Channels that lie in memory.
class MatrixSource : public ChannelSource {
 public:
  explicit MatrixSource(Signal signal) : signal_(std::move(signal)) {}

  Index samples() const override { return signal_.rows(); }
  Index channels() const override { return signal_.cols(); }
  Signal stretch(Index first, Index count) override;

 private:
  Signal signal_;
};

/// Channels of several readers of equal length; keeps only what the last stretch held.
class ReaderSource : public ChannelSource {
 public:
  explicit ReaderSource(std::vector<SignalReader*> readers);

  Index samples() const override { return readers_.front()->samples(); }
  Index channels() const override { return channels_; }
  Signal stretch(Index first, Index count) override;

 private:
  /// Makes `held_` samples from..to-1.
  void hold(Index from, Index to);

  std::vector<SignalReader*> readers_;
  Index channels_ = 0;
  Signal held_;
  Index held_from_ = 0;
};

}  // namespace nmfsep
