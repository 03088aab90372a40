#pragma once

#include <string>
#include <vector>

#include "nmfsep/sources/source_model.hpp"
#include "nmfsep/training/trainer.hpp"

namespace nmfsep {

/// One way to train sources and to separate their mixtures.
struct Choice {
  TrainingMethod method = TrainingMethod::exemplars;
  Index components = 0;  ///< a source, exemplars at most
  int context = 1;       ///< frames an atom spans
  int fft_size = 0;      ///< samples; the hop is a quarter of it
  double magnitude_exponent = 1;
  int training_iterations = 0;
  double mixture_seconds = 0;  ///< exemplars only: of training mixtures to refit atoms to
  int ensemble = 1;            ///< exemplars only: members
  SeparationSettings separation;

  friend bool operator==(const Choice&, const Choice&) = default;
};

/// What is done without tuning, but for refitting, which costs more time than anything else.
Choice usual_choice(int sample_rate);

/// "exemplars, 400 components, context 3, FFT 4096, …": every field.
std::string describe(const Choice& choice);

/// Models of all sources as `choice` says, with its settings for mixtures in them.
/// Throws as SetTrainer and Trainer.
std::vector<SourceModel> train(const Choice& choice, const std::vector<SourceAudio>& sources,
                               std::uint64_t seed, const ProgressCallback& progress = {});

/// A field of Choice, or several that go together, and what is tried in place of what is there.
struct Lever {
  std::string name;
  std::vector<Choice> (*alternatives)(const Choice& current);
};

/// In the order in which they are tried: what matters most first, what costs most last.
const std::vector<Lever>& levers();

}  // namespace nmfsep
