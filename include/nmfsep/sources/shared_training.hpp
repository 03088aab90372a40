#pragma once

#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/nmf/shared.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// One source's recordings, of all parties that learn its dictionary together.
struct SharedSource {
  std::string name;
  std::string origin;   ///< what messages call the recordings
  int sample_rate = 0;  ///< Hz, of what is learnt from
  double seconds = 0;
  Index frames = 0;                      ///< that are not digital silence
  std::vector<FileDigest> digests = {};  ///< of the files
};

/// A recording's spectra as the method `nmf` learns from them, without digital silence: bins ×
/// frames.
Matrix sounding_spectra(const SourceAudio& source, const TrainingOptions& options);

/// What the method `nmf` learns, for a party of several that has these spectra: see
/// `factorise_shared`. All end with the same model. Throws InvalidArgument for another method, a
/// context and what else `factorise_shared` refuses, AudioFileError where all are silent or have
/// fewer frames than atoms, Cancelled.
TrainedModel learn_shared(const MatrixView& V, const SharedFrames& frames,
                          const SharedSource& source, const TrainingOptions& options,
                          SharedJob job = {}, const ProgressCallback& progress = {});

}  // namespace nmfsep
