#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "files/output_folders.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/audio_stream.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "separate/stem_plan.hpp"

namespace nmfsep::cli {

/// The stems of one input on their way to disk, where all of them appear or none; or the only one
/// on its way to stdout.
class StemOutput {
 public:
  /// Makes the folder and the temporary files, or writes the header. `mixture` says channels and
  /// rate; `progress` is asked while nobody reads stdout. Throws FileError.
  StemOutput(const StemPlan& plan, const AudioInfo& mixture, const ProgressCallback& progress);

  /// What the files say beside their samples; before the first of these.
  void set_tags(const AudioTags& tags);

  /// Takes the next samples (frames × channels) of a source, and of the mixture at the same place.
  /// Sources take turns in their order.
  void write(std::size_t source, const MatrixView& samples, const MatrixView& mixture);

  /// Completes the files, without giving them their names. Throws AudioFileError.
  void close();

  /// Where a stem lies until it has its name.
  const std::vector<std::filesystem::path>& temporaries() const { return temporaries_; }

  /// Gives files their names, and warns where samples were limited to full scale.
  void commit(Diagnostics& diagnostics);

 private:
  static void warn_of_clipping(Index clipped, const std::string& name, Diagnostics& diagnostics);

  std::vector<WantedStem> stems_;
  std::vector<std::filesystem::path> outputs_;
  std::vector<std::filesystem::path> temporaries_;
  Matrix residual_;  ///< the mixture without the sources so far, while these take their turns
  OutputFolders folders_;
  std::vector<AudioWriter> writers_;         ///< one an output; none where …
  std::optional<AudioStreamWriter> stdout_;  ///< … stdout is it
};

}  // namespace nmfsep::cli
