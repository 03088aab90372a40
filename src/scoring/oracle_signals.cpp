#include "scoring/oracle_signals.hpp"

#include <utility>

#include "nmfsep/core/temporary_file.hpp"
#include "nmfsep/separation/separator.hpp"
#include "scoring/oracle_decomposer.hpp"

namespace nmfsep {
namespace {

constexpr Index block_frames = 256;

/// The sum of some signals as audio to separate.
class SummedSource final : public AudioSource {
 public:
  explicit SummedSource(const std::vector<const FileSignal*>& terms) {
    for (const FileSignal* term : terms) terms_.push_back(term->reopened());
    const FileSignal& first = *terms_.front();
    info_.length = first.samples();
    info_.channels = static_cast<int>(first.channels());
    info_.sample_rate = first.sample_rate();
  }

  std::string name() const override { return terms_.front()->path().string(); }
  const AudioInfo& info() const override { return info_; }
  Index read(Eigen::Ref<Matrix> block) override {
    const Index count = std::min(block.rows(), *info_.length - position_);
    position_ += count;
    Signal sum = Signal::Zero(count, info_.channels);
    for (const auto& term : terms_) sum += term->next(count);
    block.topRows(count) = sum.cast<float>();
    return count;
  }

 private:
  std::vector<std::unique_ptr<FileSignal>> terms_;
  AudioInfo info_;
  Index position_ = 0;
};

/// What was separated, on disk: samples one after the other, each a float a channel.
class StoredSignal final : public SignalReader {
 public:
  explicit StoredSignal(const FileSignal& reference)
      : samples_(reference.samples()), channels_(reference.channels()) {}

  void append(const MatrixView& samples) {
    const RowMajor rows = samples;
    file_.append(std::as_bytes(std::span(rows.data(), static_cast<std::size_t>(rows.size()))));
  }

  Index samples() const override { return samples_; }
  Index channels() const override { return channels_; }
  void rewind() override { position_ = 0; }
  Signal next(Index count) override {
    RowMajor rows(count, channels_);
    file_.read(
        position_ * channels_ * static_cast<Index>(sizeof(float)),
        std::as_writable_bytes(std::span(rows.data(), static_cast<std::size_t>(rows.size()))));
    position_ += count;
    return rows.cast<double>();
  }

 private:
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  Index samples_;
  Index channels_;
  Index position_ = 0;
  TemporaryFile file_;
};

std::vector<const FileSignal*> mixture_of(const TrackSignals& signals) {
  if (signals.mixture) return {signals.mixture.get()};
  std::vector<const FileSignal*> terms;
  for (const auto& reference : signals.references) terms.push_back(reference.get());
  return terms;
}

OracleDecomposer::Sources sources_of(const TrackSignals& signals) {
  OracleDecomposer::Sources sources;
  for (const auto& reference : signals.references)
    sources.push_back(
        std::make_unique<SummedSource>(std::vector<const FileSignal*>{reference.get()}));
  return sources;
}

}  // namespace

std::vector<std::unique_ptr<SignalReader>> oracle_signals(const TrackSignals& signals,
                                                          OracleMask kind) {
  const Analysis analysis{signals.sample_rate(),
                          StftOptions::for_sample_rate(signals.sample_rate())};
  const auto oracle = std::make_shared<OracleDecomposer>(
      OracleDecomposer::Options{signals.names, analysis.stft, block_frames, kind},
      [&signals] { return sources_of(signals); });
  std::vector<std::unique_ptr<StoredSignal>> stems;
  for (const auto& reference : signals.references)
    stems.push_back(std::make_unique<StoredSignal>(*reference));
  SummedSource mixture(mixture_of(signals));
  Diagnostics unheard;
  Separator(analysis, {}, oracle, {.block_frames = block_frames})
      .separate(
          mixture,
          [&](std::size_t stem, const MatrixView& samples, const MatrixView&) {
            stems[stem]->append(samples);
          },
          unheard);
  return {std::make_move_iterator(stems.begin()), std::make_move_iterator(stems.end())};
}

}  // namespace nmfsep
