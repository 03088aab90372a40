#include "nmfsep/tuning/levers.hpp"

#include <algorithm>

#include "nmfsep/nmf/priors/prior_text.hpp"
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
  for (const std::string method : {"exemplars", "nmf", "convolutive", "n-hmm", "drnn", "network"}) {
    TrainingOptions choice = small_choice();
    choice.method = method;
    choice.together = training_method(method).usual_alone == nullptr || method == "exemplars";
    choice.nmf.components = 4;
    choice.nmf.iterations = 5;
    choice.n_hmm.states = 3;
    if (method == "n-hmm") choice.context = 1;
    for (const Lever& lever : levers())
      for (TrainingOptions other : lever.alternatives(choice)) {
        INFO(lever.name << ": " << describe(other));
        CHECK(other != choice);
        other.nmf.components = 4;
        other.nmf.iterations = 5;
        other.n_hmm.states = std::min(other.n_hmm.states, 4);
        other.mixture_seconds = std::min(other.mixture_seconds, 3.0);
        other.masks.steps = std::min(other.masks.steps, 2);
        other.masks.width = 16;
        CHECK(Trainer(other).train(sources).size() == 2);
      }
  }
}

TEST_CASE("of plain dictionaries divergences and priors are tried, apart, and models keep them") {
  const auto sources = test::two_tones(2);
  const auto tried = [](const char* name, const TrainingOptions& choice) {
    const auto lever = std::find_if(levers().begin(), levers().end(),
                                    [&](const Lever& each) { return each.name == name; });
    REQUIRE(lever != levers().end());
    return lever->alternatives(choice);
  };
  TrainingOptions choice = small_choice();
  CHECK(tried("prior", choice).empty());  // a set
  CHECK(tried("divergence", choice).empty());
  choice.method = "nmf";
  choice.together = false;
  choice.context = 1;
  choice.nmf.components = 4;
  choice.nmf.iterations = 5;
  REQUIRE(tried("prior", choice).size() == 3);
  for (const TrainingOptions& other : tried("prior", choice)) {
    const std::string prior = other.nmf.penalty->describe();
    CHECK(Trainer(other).train(sources).front().model->prior == prior);
    CHECK_THAT(describe(other), contains("prior " + prior));
    CHECK(tried("divergence", other).empty());
    CHECK(tried("prior", other).size() == 3);  // none is one of them
  }
  REQUIRE(tried("divergence", choice).size() == 2);
  for (const TrainingOptions& other : tried("divergence", choice)) {
    CHECK(Trainer(other).train(sources).front().model->objective == other.objective);
    CHECK(tried("prior", other).empty());
  }
}

TEST_CASE("of hidden Markov models states are tried, and no context, divergence or prior") {
  TrainingOptions choice = small_choice();
  choice.method = "nmf";
  choice.objective = objective_for({0});
  choice.nmf.penalty = prior_from_string("sparsity=1");
  for (const Lever& lever : levers())
    if (lever.name == "method")
      for (const TrainingOptions& other : lever.alternatives(choice))
        if (other.method == "n-hmm") choice = other;
  REQUIRE(choice.method == "n-hmm");
  CHECK(choice.objective.divergence.beta == 1);
  CHECK(choice.nmf.penalty == nullptr);
  CHECK_THAT(describe(choice), contains("n-hmm, 20 states of 5 components, context 1"));
  std::vector<std::string> names;
  for (const Lever& lever : levers())
    if (!lever.alternatives(choice).empty()) names.push_back(lever.name);
  CHECK(names == std::vector<std::string>{"fft_size", "method", "components", "states",
                                          "magnitude_exponent", "training_iterations", "iterations",
                                          "network"});
}

TEST_CASE(
    "of a network its window, its company and its steps are moved, these while they may grow") {
  TrainingOptions choice = small_choice();
  const auto moved = [&] {
    std::vector<std::string> names;
    for (const Lever& lever : levers())
      if (!lever.alternatives(choice).empty()) names.push_back(lever.name);
    return names;
  };
  const auto has = [](const std::vector<std::string>& names, const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  CHECK(has(moved(), "network"));
  CHECK_FALSE(has(moved(), "network_steps"));
  for (const Lever& lever : levers())
    if (lever.name == "network") choice = lever.alternatives(choice).front();
  CHECK(choice.method == "drnn");
  CHECK_THAT(describe(choice), contains("drnn, 300 steps"));
  CHECK(moved() == std::vector<std::string>{"fft_size", "network", "network_steps"});
  choice.masks.steps = 2400;
  CHECK(moved() == std::vector<std::string>{"fft_size", "network"});
  for (const Lever& lever : levers())
    if (lever.name == "network") choice = lever.alternatives(choice).front();
  CHECK_THAT(describe(choice), contains("network, 2400 steps"));
  CHECK(choice.objective.mask_exponent == 1);
}
