#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nmfsep/separation/separator.hpp"
#include "pictures/model_picture.hpp"
#include "pictures/spectrogram_picture.hpp"

namespace nmfsep::cli {

/// Whose separation is drawn.
struct PictureSubject {
  Analysis analysis;
  Objective objective;
  std::vector<SourceModel> models;
  double start_seconds = 0;  ///< of the recording, where what is separated begins
};

/// A recording that is drawn.
struct DrawnSound {
  std::string title;
  AudioSource& audio;
};

/// Pictures of how one input was separated: its spectrogram and those of its stems, masks, of each
/// source its atoms (W) and when they sound (H), and the curve of the cost. Memory does not grow
/// with its length.
class SeparationPictures {
 public:
  explicit SeparationPictures(PictureSubject subject) : subject_(std::move(subject)) {}

  /// Takes the next frames.
  void take(const ExplainedFrames& frames);

  /// The spectrogram of a recording, with a bar that suits it; see `share_bar`. Throws FileError,
  /// Cancelled.
  HeatMap spectrogram(const DrawnSound& sound, const ProgressCallback& progress) const;

  /// All but the spectrograms, of so many seconds.
  std::vector<Panel> panels(const NmfReport& report, double seconds) const;

 private:
  struct Source {
    std::string name;
    FramesPicture mask;
    std::optional<FramesPicture> activations = {};
    Matrix learnt = {};  ///< its atoms; empty where a model has them
  };

  Atoms atoms_of_source(const Source& source) const;
  HeatMap activations_map(const Source& source, const Atoms& atoms, double seconds) const;
  void add_factors(const Source& source, double seconds, std::vector<Panel>& panels) const;

  PictureSubject subject_;
  std::vector<Source> sources_;
};

/// One range of dB for all of these, so that what looks louder is louder.
void share_bar(std::vector<HeatMap>& spectrograms);

}  // namespace nmfsep::cli
