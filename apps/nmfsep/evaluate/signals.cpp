#include "evaluate/signals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "console/interrupt.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

[[noreturn]] void fail(const FileSignal& signal, const FileSignal& reference,
                       const std::string& difference) {
  throw FileError(fmt::format("{} and {}: {}", nmfsep::quoted(signal.path()),
                              nmfsep::quoted(reference.path()), difference));
}

/// All of the track must be of the kind of its first reference.
void check_kind(const FileSignal& signal, const FileSignal& reference) {
  if (signal.sample_rate() != reference.sample_rate())
    fail(signal, reference,
         fmt::format("have {} and {} Hz; resample one of them", signal.sample_rate(),
                     reference.sample_rate()));
  if (signal.channels() != reference.channels())
    fail(signal, reference,
         fmt::format("have {} and {} channels; score what has as many", signal.channels(),
                     reference.channels()));
}

void check_length(const FileSignal& signal, const FileSignal& reference) {
  if (signal.samples() != reference.samples())
    fail(signal, reference,
         fmt::format("have {} and {} samples; pass --align pad or --align trim to score them",
                     signal.samples(), reference.samples()));
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

FileSignal::FileSignal(std::filesystem::path path)
    : path_(std::move(path)),
      reader_(std::make_unique<AudioReader>(path_)),
      info_(reader_->info()),
      samples_(info_.length.value()) {}

std::unique_ptr<FileSignal> FileSignal::reopened() const {
  auto result = std::make_unique<FileSignal>(path_);
  result->set_samples(samples_);
  return result;
}

void FileSignal::rewind() {
  if (position_ > 0) reader_ = std::make_unique<AudioReader>(path_);
  position_ = 0;
}

Signal FileSignal::next(Index count) {
  if (interrupted()) throw Cancelled();
  Matrix block = Matrix::Zero(count, channels());
  const Index end = std::min(samples_, info_.length.value());
  const Index left = std::clamp(end - position_, Index{0}, count);
  if (left > 0) reader_->read(block.topRows(left));
  position_ += count;
  return block.cast<double>();
}

TrackSignals open_track(const TrackPaths& track, const TrackRequest& request, Align align) {
  TrackSignals signals;
  for (const SourcePaths& source : match_sources(track, request)) {
    signals.names.push_back(source.name);
    signals.references.push_back(std::make_unique<FileSignal>(source.reference));
    signals.estimates.push_back(std::make_unique<FileSignal>(source.estimate));
  }
  if (!request.mixture.empty())
    signals.mixture = std::make_unique<FileSignal>(mixture_of(track, request));
  for (const FileSignal* signal : all_of(signals)) check_kind(*signal, *signals.references[0]);
  align_lengths(signals, align);
  return signals;
}

}  // namespace nmfsep::cli
