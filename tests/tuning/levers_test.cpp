#include "nmfsep/tuning/levers.hpp"

#include "nmfsep/sources/paired/paired_dictionary.hpp"
#include "nmfsep/training/trainer.hpp"
#include "support/catch.hpp"
#include "support/two_tones.hpp"

using namespace nmfsep;

namespace {

TrainingOptions small_choice() {
  TrainingOptions choice = usual_choice(8000);
  choice.nmf.components = 10;
  return choice;
}

}  // namespace

TEST_CASE("the usual choice is what the program does without flags, but for refitting") {
  TrainingOptions usual = usual_training("exemplars", true);
  usual.stft = StftOptions::for_sample_rate(44100);
  usual.mixture_seconds = 0;
  CHECK(usual_choice(44100) == usual);
}

TEST_CASE("a choice's models are of its kind, and carry its settings for mixtures") {
  const auto sources = test::two_tones(2);
  TrainingOptions choice = small_choice();
  choice.objective.mask_exponent = 1.25;
  choice.objective.magnitude_exponent = 0.7;
  choice.mixture_iterations = 17;
  choice.ensemble = 2;
  for (const TrainedModel& trained : Trainer(choice).train(sources)) {
    const auto& paired = *trained.model.as<PairedDictionary>();
    CHECK(paired.pairs.size() == 2);
    CHECK(paired.span == 3);
    CHECK(paired.objective == choice.objective);
    CHECK(paired.mixture_iterations == 17);
    CHECK(paired.analysis == Analysis{8000, *choice.stft});
  }
}

TEST_CASE("every lever's alternatives differ from where it stands, and can be trained") {
  const auto sources = test::two_tones(2);
  for (const std::string method : {"exemplars", "nmf", "convolutive"}) {
    TrainingOptions choice = small_choice();
    choice.method = method;
    choice.together = method == "exemplars";
    choice.nmf.components = 4;
    choice.nmf.iterations = 5;
    for (const Lever& lever : levers())
      for (TrainingOptions other : lever.alternatives(choice)) {
        INFO(lever.name << ": " << describe(other));
        CHECK(other != choice);
        other.nmf.components = 4;
        other.nmf.iterations = 5;
        other.mixture_seconds = std::min(other.mixture_seconds, 3.0);
        CHECK(Trainer(other).train(sources).size() == 2);
      }
  }
}
