#pragma once

#include <cstdint>
#include <string>

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
};

/// What every kind of source model has.
struct ModelHeader {
  std::string name;     ///< of the source; see validate_source_name
  Analysis analysis;    ///< what models have in common to be used together, with V's exponent
  Objective objective;  ///< of training; and of a mixture, unless someone says otherwise
  TrainingRecord training;
  int mixture_iterations = 50;  ///< most updates of a mixture unless someone says otherwise
};

/// Most frames that an atom of any kind may last.
inline constexpr int most_context = 99;
/// Most members of an ensemble.
inline constexpr int most_members = 100;

}  // namespace nmfsep
