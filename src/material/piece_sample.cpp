#include "piece_sample.hpp"

#include <algorithm>
#include <utility>

namespace nmfsep {
namespace {

// Samples; the longest is 12 s of mono at 44.1 kHz.
constexpr Index shortest_piece = 1 << 12;
constexpr Index longest_piece = 1 << 19;

}  // namespace

PieceSample::PieceSample(Index most_samples, std::uint64_t seed)
    : most_samples_(std::max(most_samples, shortest_piece)),
      piece_samples_(std::min(most_samples_, longest_piece)),
      random_(seed) {}

void PieceSample::add(AudioSource& recording, const ProgressCallback& progress,
                      const Progress& step) {
  const AudioInfo& info = recording.info();
  const Index frames = std::max<Index>(1, piece_samples_ / info.channels);
  Index all = 0;
  for (Index place = 0, got = frames; got == frames; ++place) {
    report(progress, step);
    Piece piece{recordings_, place, {Matrix(frames, info.channels), info.sample_rate}};
    got = recording.read(piece.audio.samples);
    if (got == 0) break;
    piece.audio.samples.conservativeResize(got, Eigen::NoChange);
    all += got;
    keep(std::move(piece));
  }
  seconds_ += static_cast<double>(all) / info.sample_rate;
  ++recordings_;
}

void PieceSample::keep(Piece piece) {
  const bool all_kept = seen_++ == kept_.size();
  const Index samples = piece.audio.samples.size();
  if (all_kept && kept_samples_ + samples <= most_samples_) {
    kept_samples_ += samples;
    kept_.push_back(std::move(piece));
    return;
  }
  const std::uint64_t place = random_.below(seen_);
  if (place >= kept_.size()) return;
  kept_samples_ += samples - kept_[place].audio.samples.size();
  kept_[place] = std::move(piece);
  while (kept_samples_ > most_samples_) {  // a long piece took the place of a short one
    std::swap(kept_[random_.below(kept_.size())], kept_.back());
    kept_samples_ -= kept_.back().audio.samples.size();
    kept_.pop_back();
  }
}

std::vector<AudioBuffer> PieceSample::take() {
  std::sort(kept_.begin(), kept_.end(), [](const Piece& a, const Piece& b) {
    return std::pair(a.recording, a.place) < std::pair(b.recording, b.place);
  });
  std::vector<AudioBuffer> result;
  for (std::size_t first = 0, end = 0; first < kept_.size(); first = end) {
    Index frames = 0;
    for (end = first; end < kept_.size() && kept_[end].recording == kept_[first].recording &&
                      kept_[end].place - kept_[first].place == static_cast<Index>(end - first);
         ++end)
      frames += kept_[end].audio.length();
    AudioBuffer& whole = result.emplace_back();
    whole = {Matrix(frames, kept_[first].audio.channels()), kept_[first].audio.sample_rate};
    for (Index done = 0; first < end; ++first) {
      Matrix& samples = kept_[first].audio.samples;
      whole.samples.middleRows(done, samples.rows()) = samples;
      done += samples.rows();
      samples.resize(0, 0);
    }
  }
  return result;
}

}  // namespace nmfsep
