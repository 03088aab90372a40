#pragma once

#include <optional>
#include <vector>

#include "nmfsep/evaluation/signal.hpp"
#include "nmfsep/material/source_audio.hpp"

namespace nmfsep {

/// A mixture that no model was trained on, and the sources it is the sum of.
struct HeldOutMixture {
  AudioBuffer mixture;             ///< mono
  std::vector<Signal> references;  ///< a source each
};

/// One split of the material in time: most of it to train on, the rest as mixtures.
struct Fold {
  std::vector<SourceAudio> training;     ///< mono
  std::vector<HeldOutMixture> mixtures;  ///< of several levels and tunings
};

/// Least seconds of each source for a split.
inline constexpr double least_seconds = 6;

/// Two splits: the last 30 % of each source are held out, then the first. A split's mixtures, of at
/// most six seconds, are three: all sources at one level; every other source 4 dB louder and all a
/// semitone higher; the rest 4 dB louder and all a semitone lower. A mixture's notes and voices are
/// seldom just those of the training, and settings that tell only these apart should not win.
/// Nothing when a source has less than `least_seconds`, or is silent in what is held out.
std::optional<std::vector<Fold>> split_in_time(const std::vector<SourceAudio>& sources);

}  // namespace nmfsep
