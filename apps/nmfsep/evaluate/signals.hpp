#pragma once

#include <memory>
#include <vector>

#include "evaluate/tracks.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep::cli {

/// What to do with an estimate that is longer or shorter than its reference.
enum class Align {
  refuse,
  pad,   ///< shorter estimates end in zeros, longer ones are cut
  trim,  ///< all are cut to the shortest signal of the track
};

/// An audio file as a signal to score, read a piece at a time.
class FileSignal : public SignalReader {
 public:
  explicit FileSignal(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  int sample_rate() const { return info_.sample_rate; }

  /// From now on the signal has so many samples: cut, or continued with zeros.
  void set_samples(Index samples) { samples_ = samples; }

  /// The same signal, to be read beside this one.
  std::unique_ptr<FileSignal> reopened() const;

  Index samples() const override { return samples_; }
  Index channels() const override { return info_.channels; }
  void rewind() override;
  /// Gives zeros beyond the end. Throws Cancelled once the user has interrupted.
  Signal next(Index count) override;

 private:
  std::filesystem::path path_;
  std::unique_ptr<AudioReader> reader_;
  AudioInfo info_;
  Index samples_ = 0;
  Index position_ = 0;
};

/// The open files of a track, of one rate, length and number of channels.
struct TrackSignals {
  std::vector<std::string> names;  ///< of the sources
  std::vector<std::unique_ptr<FileSignal>> references;
  std::vector<std::unique_ptr<FileSignal>> estimates;
  std::unique_ptr<FileSignal> mixture;  ///< empty for none

  int sample_rate() const { return references.front()->sample_rate(); }
  Index samples() const { return references.front()->samples(); }
  double seconds() const { return static_cast<double>(samples()) / sample_rate(); }
};

/// Opens the files of a track. Throws AudioFileError, or FileError naming the two files whose
/// rate, channels or length differ.
TrackSignals open_track(const TrackPaths& track, const TrackRequest& request, Align align);

template <typename Reader>
std::vector<SignalReader*> pointers(const std::vector<std::unique_ptr<Reader>>& signals) {
  std::vector<SignalReader*> result;
  for (const auto& signal : signals) result.push_back(signal.get());
  return result;
}

}  // namespace nmfsep::cli
