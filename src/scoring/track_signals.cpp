#include "nmfsep/scoring/track_signals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

std::string both(const std::filesystem::path& a, const std::filesystem::path& b) {
  return fmt::format("{} and {}", quoted(a), quoted(b));
}

/// All of the track must be of the kind of its first reference.
void check_kind(const FileSignal& signal, const FileSignal& reference) {
  if (signal.sample_rate() != reference.sample_rate())
    throw FileError(fmt::format("{}: have {} and {} Hz; resample one of them",
                                both(signal.path(), reference.path()), signal.sample_rate(),
                                reference.sample_rate()));
  if (signal.channels() != reference.channels())
    throw FileError(fmt::format("{}: have {} and {} channels; score what has as many",
                                both(signal.path(), reference.path()), signal.channels(),
                                reference.channels()));
}

void check_length(const FileSignal& signal, const FileSignal& reference) {
  if (signal.samples() != reference.samples())
    throw LengthMismatch(fmt::format("{}: have {} and {} samples",
                                     both(signal.path(), reference.path()), signal.samples(),
                                     reference.samples()));
}

std::vector<FileSignal*> all_of(const TrackSignals& signals) {
  std::vector<FileSignal*> all;
  for (const auto& signal : signals.references) all.push_back(signal.get());
  for (const auto& signal : signals.estimates) all.push_back(signal.get());
  if (signals.mixture) all.push_back(signals.mixture.get());
  return all;
}

void align_lengths(const TrackSignals& signals, Align align) {
  const std::vector<FileSignal*> all = all_of(signals);
  Index samples = signals.samples();
  if (align == Align::trim)
    for (const FileSignal* signal : all) samples = std::min(samples, signal->samples());
  const std::size_t must_fit = align == Align::refuse ? all.size()
                               : align == Align::pad  ? signals.references.size()
                                                      : 0;
  for (std::size_t i = 0; i < must_fit; ++i) check_length(*all[i], *all[0]);
  for (FileSignal* signal : all) signal->set_samples(samples);
}

}  // namespace

FileSignal::FileSignal(std::vector<std::filesystem::path> paths, CancelQuestion cancelled,
                       Diagnostics* incomplete)
    : paths_(std::move(paths)), cancelled_(std::move(cancelled)), may_lack_(incomplete != nullptr) {
  for (const auto& path : paths_)
    readers_.push_back(std::make_unique<AudioReader>(path, incomplete));
  info_ = readers_.front()->info();
  samples_ = info_.length.value();
  for (std::size_t i = 1; i < readers_.size(); ++i) {
    const AudioInfo& info = readers_[i]->info();
    if (info.sample_rate != info_.sample_rate || info.channels != info_.channels ||
        info.length != info_.length)
      throw FileError(fmt::format("{}: differ in rate, channels or length, and cannot be added",
                                  both(paths_[i], paths_[0])));
  }
}

std::unique_ptr<FileSignal> FileSignal::reopened() const {
  Diagnostics unheard;
  auto result = std::make_unique<FileSignal>(paths_, cancelled_, may_lack_ ? &unheard : nullptr);
  result->set_samples(samples_);
  return result;
}

void FileSignal::rewind() {
  Diagnostics unheard;
  if (position_ > 0)
    for (std::size_t i = 0; i < paths_.size(); ++i)
      readers_[i] = std::make_unique<AudioReader>(paths_[i], may_lack_ ? &unheard : nullptr);
  position_ = 0;
}

Signal FileSignal::next(Index count) {
  if (cancelled_ && cancelled_()) throw Cancelled();
  Signal sum(count, channels());
  const Index end = std::min(samples_, info_.length.value());
  const Index left = std::clamp(end - position_, Index{0}, count);
  sum.bottomRows(count - left).setZero();
  if (left > 0) {
    readers_[0]->read(sum.topRows(left));
    Signal term(left, channels());
    for (std::size_t i = 1; i < readers_.size(); ++i) {
      readers_[i]->read(term);
      sum.topRows(left) += term;
    }
  }
  position_ += count;
  return sum;
}

TrackSignals open_track(const MatchedFiles& files, const std::filesystem::path& mixture,
                        const OpenOptions& options) {
  TrackSignals signals;
  const auto open = [&](const SourceFiles& source) {
    return std::make_unique<FileSignal>(source.files, options.cancelled, options.incomplete);
  };
  for (const SourceFiles& source : files.references) {
    signals.names.push_back(source.name);
    signals.references.push_back(open(source));
  }
  for (const SourceFiles& source : files.estimates) {
    signals.estimate_names.push_back(source.name);
    signals.estimates.push_back(open(source));
  }
  if (!mixture.empty()) signals.mixture = open({"mixture", {mixture}});
  for (const FileSignal* signal : all_of(signals)) check_kind(*signal, *signals.references[0]);
  align_lengths(signals, options.align);
  return signals;
}

}  // namespace nmfsep
