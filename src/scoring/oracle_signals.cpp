#include "scoring/oracle_signals.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "nmfsep/masking/wiener_mask.hpp"

namespace nmfsep {
namespace {

/// Separates a track block by block. Safe to use from many threads.
class OracleSeparation {
 public:
  OracleSeparation(const TrackSignals& signals, OracleMask kind)
      : sample_rate_(signals.sample_rate()),
        channels_(signals.references[0]->channels()),
        sources_(signals.references.size()),
        stft_(StftOptions::for_sample_rate(sample_rate_)),
        kind_(kind) {
    for (const auto& reference : signals.references) inputs_.push_back(reference->reopened());
    if (signals.mixture) inputs_.push_back(signals.mixture->reopened());
    restart();
  }

  /// Samples first to first + count - 1 of a source's estimate.
  Signal read(std::size_t source, Index first, Index count) {
    const std::lock_guard lock(mutex_);
    Signal result(count, channels_);
    for (Index done = 0, taken = 0; done < count; done += taken) {
      const Index offset = (first + done) % block_samples;
      taken = std::min(block_samples - offset, count - done);
      const Matrix& block = separated((first + done) / block_samples)[source];
      result.middleRows(done, taken) = block.middleRows(offset, taken).cast<double>();
    }
    return result;
  }

 private:
  /// A whole number of hops, and more than scoring reads at once.
  static constexpr Index block_samples = 131072;

  struct Block {
    Index index = -1;
    std::vector<Matrix> estimates;  ///< samples × channels, a source each
  };

  /// Samples on either side of a block that its first and last frames reach.
  Index margin() const { return stft_.options().fft_size; }

  void restart() {
    for (const auto& input : inputs_) input->rewind();
    around_.setZero(block_samples + 2 * margin(), channels_ * static_cast<Index>(inputs_.size()));
    take(margin());
    next_ = 0;
  }

  /// Moves on by `count` samples.
  void take(Index count) {
    const Index kept = around_.rows() - count;
    around_.topRows(kept) = around_.bottomRows(kept).eval();
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      around_.block(kept, static_cast<Index>(i) * channels_, count, channels_) =
          inputs_[i]->next(count).cast<float>();
  }

  const std::vector<Matrix>& separated(Index index) {
    // Two neighbours are kept: what is read at once lies in no more blocks.
    Block& block = blocks_[static_cast<std::size_t>(index % 2)];
    if (block.index == index) return block.estimates;
    if (index < next_) restart();
    for (; next_ <= index; ++next_) take(block_samples);
    // A thread that waits here for its own tasks must not begin one that waits for the lock.
    block.estimates = tbb::this_task_arena::isolate([&] { return separate(); });
    block.index = index;
    return block.estimates;
  }

  std::vector<Matrix> separate() const {
    const auto spectra = [&](const Matrix& samples) {
      return analyse({samples, sample_rate_}, stft_);
    };
    std::vector<Spectrogram> references;
    Matrix mixture = Matrix::Zero(around_.rows(), channels_);
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      const Matrix samples = around_.middleCols(static_cast<Index>(s) * channels_, channels_);
      if (s < sources_) references.push_back(spectra(samples));
      if (s == sources_ || inputs_.size() == sources_) mixture += samples;
    }
    const Spectrogram mixed = spectra(mixture);
    std::vector<Matrix> estimates;
    for (const Matrix& mask : oracle_masks(references, mixed, kind_))
      estimates.push_back(
          synthesise(apply_mask(mixed, mask), stft_).samples.middleRows(margin(), block_samples));
    return estimates;
  }

  std::mutex mutex_;
  int sample_rate_;
  Index channels_;
  std::size_t sources_;
  Stft stft_;
  OracleMask kind_;
  std::vector<std::unique_ptr<FileSignal>>
      inputs_;      ///< references, and the mixture if there is one
  Matrix around_;   ///< the channels of all inputs around the block before `next_`
  Index next_ = 0;  ///< the block that is read next
  std::array<Block, 2> blocks_;
};

class OracleSignal : public SignalReader {
 public:
  OracleSignal(std::shared_ptr<OracleSeparation> separation, const FileSignal& reference,
               std::size_t source)
      : separation_(std::move(separation)),
        samples_(reference.samples()),
        channels_(reference.channels()),
        source_(source) {}

  Index samples() const override { return samples_; }
  Index channels() const override { return channels_; }
  void rewind() override { position_ = 0; }
  Signal next(Index count) override {
    position_ += count;
    return separation_->read(source_, position_ - count, count);
  }

 private:
  std::shared_ptr<OracleSeparation> separation_;
  Index samples_;
  Index channels_;
  std::size_t source_;
  Index position_ = 0;
};

}  // namespace

std::vector<std::unique_ptr<SignalReader>> oracle_signals(const TrackSignals& signals,
                                                          OracleMask kind) {
  const auto separation = std::make_shared<OracleSeparation>(signals, kind);
  std::vector<std::unique_ptr<SignalReader>> result;
  for (std::size_t s = 0; s < signals.references.size(); ++s)
    result.push_back(std::make_unique<OracleSignal>(separation, *signals.references[s], s));
  return result;
}

}  // namespace nmfsep
