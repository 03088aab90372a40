#include "nmfsep/tuning/choice.hpp"

#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"
#include "nmfsep/training/set_trainer.hpp"
#include "support/catch.hpp"
#include "support/two_tones.hpp"

using namespace nmfsep;

namespace {

Choice small_choice() {
  Choice choice = usual_choice(8000);
  choice.components = 10;
  return choice;
}

}  // namespace

TEST_CASE("the usual choice is what a set's training and the program do without flags") {
  const Choice choice = usual_choice(44100);
  const SetTrainerOptions usual;
  CHECK(choice.components == usual.nmf.components);
  CHECK(choice.context == usual.context);
  CHECK(choice.training_iterations == usual.nmf.iterations);
  CHECK(choice.fft_size == StftOptions::for_sample_rate(44100).fft_size);
  CHECK(choice.separation == SeparationSettings());
}

TEST_CASE("a choice's models are of its kind, and carry its settings for mixtures") {
  const auto sources = test::two_tones(2);
  Choice choice = small_choice();
  choice.separation = {1.25, 17};
  choice.ensemble = 2;
  choice.magnitude_exponent = 0.7;
  for (const SourceModel& model : train(choice, sources, 3)) {
    const auto& paired = *model.as<PairedDictionary>();
    CHECK(paired.pairs.size() == 2);
    CHECK(paired.span == 3);
    CHECK(paired.separation == choice.separation);
    CHECK(paired.analysis == Analysis{8000, {choice.fft_size, choice.fft_size / 4}, 0.7});
    CHECK(paired.training.seed == 3);
  }
  choice.method = TrainingMethod::convolutive;
  choice.components = 3;
  const auto models = train(choice, sources, 0);
  REQUIRE(models.size() == 2);
  CHECK(models[1]->name == "high");
  CHECK(models[1].as<ConvolutiveDictionary>()->W.cols() == 3);
}

TEST_CASE("every lever's alternatives differ from where it stands, and can be trained") {
  const auto sources = test::two_tones(2);
  for (const TrainingMethod method :
       {TrainingMethod::exemplars, TrainingMethod::nmf, TrainingMethod::convolutive}) {
    Choice choice = small_choice();
    choice.method = method;
    choice.components = 4;
    choice.training_iterations = 5;
    for (const Lever& lever : levers())
      for (Choice other : lever.alternatives(choice)) {
        INFO(lever.name << ": " << describe(other));
        CHECK(other != choice);
        other.components = 4;
        other.training_iterations = 5;
        other.mixture_seconds = std::min(other.mixture_seconds, 3.0);
        CHECK(train(other, sources, 0).size() == 2);
      }
  }
}
