#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "file_tree.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/sources/training_method.hpp"
#include "ranks.hpp"
#include "shared_material.hpp"

namespace nmfsep::cli {

/// All that is learnt from, as all ranks know it.
struct SharedFiles {
  std::vector<std::filesystem::path> paths;
  std::vector<std::uint64_t> sizes;  ///< bytes; 0 where there is none
};

/// What a rank learns together with the others.
struct LearningJob {
  const Ranks& ranks;
  std::string name;  ///< the source's
  const SharedFiles& files;
  const FileTree& tree;
  const Place& place;
  const TrainingOptions& options;
  const ReadingOptions& reading;  ///< it knows the rate
  std::string checkpoint;         ///< a file; empty: none is kept
  int every = 1;                  ///< updates between two of them
};

/// From this rank's spectra and the facts of all files. Throws as `learn_shared` and
/// CheckpointFile.
TrainedModel learn_from(const SharedMaterial& material, const LearningJob& job,
                        const ProgressCallback& progress);

}  // namespace nmfsep::cli
