#include "evaluation/channel_source.hpp"

#include <algorithm>

#include "evaluation/parallel.hpp"

namespace nmfsep {
namespace {

/// Samples first.. of `signal`, whose first row is sample `origin`, with zeros where it is not.
Signal cut(const Signal& signal, Index origin, Index first, Index count) {
  Signal result = Signal::Zero(count, signal.cols());
  const Index from = std::max(first, origin);
  const Index overlap = std::min(first + count, origin + signal.rows()) - from;
  if (overlap > 0)
    result.middleRows(from - first, overlap) = signal.middleRows(from - origin, overlap);
  return result;
}

}  // namespace

Signal MatrixSource::stretch(Index first, Index count) { return cut(signal_, 0, first, count); }

ReaderSource::ReaderSource(std::vector<SignalReader*> readers) : readers_(std::move(readers)) {
  for (SignalReader* reader : readers_) {
    reader->rewind();
    channels_ += reader->channels();
  }
  held_.resize(0, channels_);
}

Signal ReaderSource::stretch(Index first, Index count) {
  const Index from = std::clamp(first, Index{0}, samples());
  const Index to = std::clamp(first + count, from, samples());
  hold(from, to);
  return cut(held_, held_from_, first, count);
}

void ReaderSource::hold(Index from, Index to) {
  if (from < held_from_) {
    for (SignalReader* reader : readers_) reader->rewind();
    held_.resize(0, channels_);
    held_from_ = 0;
  }
  const Index held_to = held_from_ + held_.rows();
  const Index kept = std::max(held_to - from, Index{0});
  Signal next(std::max(to - from, kept), channels_);
  next.topRows(kept) = held_.bottomRows(kept);
  std::vector<Index> columns{0};
  for (SignalReader* reader : readers_) columns.push_back(columns.back() + reader->channels());
  parallel_for(std::size_t{0}, readers_.size(), [&](std::size_t r) {
    constexpr Index piece = 65536;
    for (Index skipped = held_to; skipped < from; skipped += piece)
      readers_[r]->next(std::min(piece, from - skipped));
    if (next.rows() > kept)
      next.bottomRows(next.rows() - kept).middleCols(columns[r], readers_[r]->channels()) =
          readers_[r]->next(next.rows() - kept);
  });
  held_ = std::move(next);
  held_from_ = from;
}

}  // namespace nmfsep
