#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "file_tree.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep::cli {

/// What all need to know of a file that one has read.
struct FileFacts {
  std::array<char, 64> sha256 = {};
  double seconds = 0;
  Index frames = 0;  ///< that are not digital silence
};

/// A rank's share of the files, in memory.
struct SharedMaterial {
  Matrix spectra;                ///< bins × frames, file after file
  std::vector<FileFacts> facts;  ///< of each of its files
};

/// Reads them one after the other, at the rate that `reading` says. Throws as `read_sources`.
SharedMaterial read_share(const std::vector<std::filesystem::path>& files,
                          const TrainingOptions& options, const ReadingOptions& reading,
                          Diagnostics& diagnostics, const ProgressCallback& progress);

}  // namespace nmfsep::cli
