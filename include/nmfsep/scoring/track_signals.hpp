#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/evaluation/signal.hpp"
#include "nmfsep/scoring/track_files.hpp"

namespace nmfsep {

/// What to do with an estimate that is longer or shorter than its reference.
enum class Align {
  refuse,
  pad,   ///< shorter estimates end in zeros, longer ones are cut
  trim,  ///< all are cut to the shortest signal of the track
};

/// Signals of a track that differ in length where they must not.
class LengthMismatch : public FileError {
 public:
  using FileError::FileError;
};

/// Asked while signals are read: true ends the work with Cancelled.
using CancelQuestion = std::function<bool()>;

/// Audio files, whose sum is the signal to score, read a piece at a time, in double.
class FileSignal : public SignalReader {
 public:
  /// Throws AudioFileError, and FileError when the files differ in rate, channels or length.
  /// With `incomplete` files may be shorter than their headers say, as AudioReader has it.
  explicit FileSignal(std::vector<std::filesystem::path> paths, CancelQuestion cancelled = {},
                      Diagnostics* incomplete = nullptr);

  /// Of the first file.
  const std::filesystem::path& path() const { return paths_.front(); }
  int sample_rate() const { return info_.sample_rate; }

  /// From now on the signal has so many samples: cut, or continued with zeros.
  void set_samples(Index samples) { samples_ = samples; }

  /// The same signal, to be read beside this one.
  std::unique_ptr<FileSignal> reopened() const;

  Index samples() const override { return samples_; }
  Index channels() const override { return info_.channels; }
  void rewind() override;
  /// Gives zeros beyond the end.
  Signal next(Index count) override;

 private:
  std::vector<std::filesystem::path> paths_;
  CancelQuestion cancelled_;
  bool may_lack_;
  std::vector<std::unique_ptr<AudioReader>> readers_;
  AudioInfo info_;
  Index samples_ = 0;
  Index position_ = 0;
};

/// The open files of a track, of one rate, length and number of channels.
struct TrackSignals {
  std::vector<std::string> names;  ///< of the references
  std::vector<std::unique_ptr<FileSignal>> references;
  std::vector<std::string> estimate_names;
  std::vector<std::unique_ptr<FileSignal>> estimates;
  std::unique_ptr<FileSignal> mixture;  ///< empty for none

  int sample_rate() const { return references.front()->sample_rate(); }
  Index samples() const { return references.front()->samples(); }
  double seconds() const { return static_cast<double>(samples()) / sample_rate(); }
};

/// How a track is opened.
struct OpenOptions {
  Align align = Align::refuse;
  CancelQuestion cancelled = {};
  Diagnostics* incomplete = nullptr;  ///< as FileSignal's
};

/// Opens the files of a track, matched. Throws AudioFileError, or FileError naming the two files
/// whose rate or channels differ, and LengthMismatch.
TrackSignals open_track(const MatchedFiles& files, const std::filesystem::path& mixture,
                        const OpenOptions& options);

template <typename Reader>
std::vector<SignalReader*> pointers(const std::vector<std::unique_ptr<Reader>>& signals) {
  std::vector<SignalReader*> result;
  for (const auto& signal : signals) result.push_back(signal.get());
  return result;
}

}  // namespace nmfsep
