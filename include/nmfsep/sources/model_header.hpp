#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/core/file_digest.hpp"
#include "nmfsep/sources/objective.hpp"
#include "nmfsep/stft/analysis.hpp"

namespace nmfsep {

/// How a model came to be; for people, and for reproducing it.
struct TrainingRecord {
  std::string method = "nmf";  ///< see TrainingMethod
  int iterations = 0;
  std::uint64_t seed = 0;
  double final_cost = 0;  ///< of the divergence at the end
  double seconds = 0;     ///< of training audio
  int files = 0;          ///< of training audio
  std::string program_version;
  double available_seconds = 0;  ///< of audio that `seconds` were drawn from, if not all were used
  std::string solver = {};       ///< empty where nothing was fitted, or nobody knows; and …
  std::optional<double> tolerance = {};  ///< … absent
  std::vector<FileDigest> audio = {};  ///< the training files; a model file keeps most_named_files
  std::string command = {};  ///< that makes the same model of the same files; may be empty
};

/// What every kind of source model has.
struct ModelHeader {
  std::string name;     ///< of the source; see validate_source_name
  Analysis analysis;    ///< what models have in common to be used together, with V's exponent
  Objective objective;  ///< of training; and of a mixture, unless someone says otherwise
  TrainingRecord training;
  int mixture_iterations = 50;  ///< most updates of a mixture unless someone says otherwise
  std::string prior = {};  ///< of its activations, in training and, unless someone says otherwise,
                           ///< in a mixture, as priors_from_string reads it; empty: none
  bool exact = false;  ///< trained for a search on all rows and atoms, and asks for it: see FewRows
};

/// Most frames that an atom of any kind may last.
inline constexpr int most_context = 99;
/// Training files that a model file names.
inline constexpr std::size_t most_named_files = 100;
/// Bytes of a command line that a model file keeps.
inline constexpr std::size_t longest_command = 10000;
/// Most members of an ensemble.
inline constexpr int most_members = 100;

}  // namespace nmfsep
