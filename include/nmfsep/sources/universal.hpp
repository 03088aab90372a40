#pragma once

#include <optional>
#include <span>
#include <string>

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// λ of a universal model's group prior times its speakers, unless someone says otherwise: where
/// all have equal shares it is the slope that each feels. docs/quality.md has how it was chosen.
inline constexpr double universal_group_strength = 0.024;

/// One model of a kind of source from models of some of that kind (Sun & Mysore, 2013, "Universal
/// speech models for speaker independent single channel source separation", section 3): the atoms
/// of all speakers side by side, each speaker's a block. A group prior lets few blocks sound in a
/// mixture, those that are most like the speaker who was never heard.
struct UniversalOptions {
  std::string name;                       ///< of the source
  std::optional<std::string> prior = {};  ///< that the model keeps, see ModelHeader; absent: group
  std::string command = {};               ///< that asks for this; see TrainingRecord
};

/// `speakers` are dictionaries of one frame, trained alike; each keeps its name. The report adds up
/// theirs. Throws InvalidArgument for fewer than two, for models of another kind, where two share a
/// name or differ in what they explain, and for a bad name or prior.
TrainedModel universal_model(std::span<const TrainedModel> speakers,
                             const UniversalOptions& options);

}  // namespace nmfsep
