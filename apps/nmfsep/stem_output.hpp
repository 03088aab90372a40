#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "output_folders.hpp"
#include "stem_plan.hpp"

namespace nmfsep::cli {

/// The stems of one input on their way to disk: all of them appear, or none.
class StemOutput {
 public:
  /// Makes the folder and the temporary files. Throws FileError.
  StemOutput(const StemPlan& plan, Index channels, int sample_rate);

  /// Takes the next samples (frames × channels) of a source, and of the mixture at the same place.
  /// Sources take turns in their order.
  void write(std::size_t source, const MatrixView& samples, const MatrixView& mixture);

  /// Gives the files their names, and warns where samples were limited to full scale.
  void commit(Diagnostics& diagnostics);

 private:
  std::vector<WantedStem> stems_;
  std::vector<std::filesystem::path> outputs_;
  Matrix residual_;  ///< the mixture without the sources so far, while these take their turns
  OutputFolders folders_;
  std::vector<AudioWriter> writers_;
};

}  // namespace nmfsep::cli
