#include "nmfsep/tuning/tuner.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/training/trainer.hpp"
#include "support/catch.hpp"
#include "support/two_tones.hpp"
#include "tuning/trials.hpp"

using namespace nmfsep;

namespace {

TuningResult tune(const TunerOptions& options, const ProgressCallback& progress = {}) {
  Diagnostics diagnostics;
  return Tuner(options).tune(test::two_tones(6.5), diagnostics, progress);
}

/// Two tones so close that the usual window sees them as one.
std::vector<SourceAudio> neighbours() {
  return {{"low", "low.wav", {test::swelling_tone(220, 1.5, 8)}},
          {"high", "high.wav", {test::swelling_tone(232, 2.3, 8)}}};
}

/// The mean scores of `choice` on the mixtures of `fold`, through the public interface.
Trial scored_apart(const TrainingOptions& choice, const Fold& fold) {
  const std::vector<SourceModel> models = models_of(Trainer(choice).train(fold.training));
  const Agreement agreement = agreement_of(models);
  NmfOptions options;
  options.iterations = agreement.mixture_iterations;
  const Separator separator(agreement.analysis, agreement.objective,
                            make_decomposer(models, {}, options));
  Trial trial{choice, 0, 0, 0, 0, 0};
  for (const HeldOutMixture& held : fold.mixtures) {
    Diagnostics diagnostics;
    std::vector<Signal> estimates;
    for (const Stem& stem : separator.separate(held.mixture, "held out", diagnostics).stems)
      estimates.push_back(stem.audio.samples.cast<double>());
    const BssEvalResult scores = bss_eval(held.references, estimates, {});
    for (const BssScore& source : scores.frames[0].sources) {
      trial.sdr += *source.sdr / 6;  // two sources of three mixtures
      trial.sir += *source.sir / 6;
      trial.sar += *source.sar / 6;
    }
    ++trial.mixtures;
  }
  return trial;
}

}  // namespace

TEST_CASE("tuning tries the usual choice first, and ends with what scored best") {
  const TuningResult result = tune({600, 0, 3});
  CHECK(result.searched);
  CHECK_FALSE(result.interrupted);
  REQUIRE(result.trials.size() == 3 * std::size(mask_exponents));
  REQUIRE(result.models.size() == 2);
  CHECK(result.models[0]->objective == result.best.objective);
  CHECK(result.models[0]->training.seconds == Approx(6.5));
  double usual = 0;
  double best = 0;
  for (const Trial& trial : result.trials) {
    CHECK(std::isfinite(trial.sdr));
    CHECK((trial.mixtures == 3 || trial.mixtures == 6));
    if (trial.choice == usual_choice(8000)) usual = trial.sdr;
    if (trial.choice == result.best) best = trial.sdr;
  }
  CHECK(usual != 0);
  CHECK(best >= usual);
  CHECK_FALSE(result.effects.empty());
}

TEST_CASE("a trial scores alike whenever it is made") {
  const auto folds = split_in_time(test::two_tones(8)).value();
  TrainingOptions choice = usual_choice(8000);
  choice.nmf.components = 20;
  const auto once = try_choice(choice, folds[0], {});
  const auto again = try_choice(choice, folds[0], {});
  REQUIRE(once.size() == std::size(mask_exponents));
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(once[i].sdr == again[i].sdr);
    CHECK(once[i].mixtures == 3);
    CHECK(once[i].sdr > 5);
  }
}

TEST_CASE("a trial's scores are BSS Eval's of what its models separate") {
  const auto folds = split_in_time(test::two_tones(8)).value();
  TrainingOptions choice = usual_choice(8000);
  choice.nmf.components = 20;
  choice.mixture_iterations = 20;
  for (const Trial& trial : try_choice(choice, folds[1], {})) {
    const Trial expected = scored_apart(trial.choice, folds[1]);
    CHECK(trial.sdr == Approx(expected.sdr).margin(1e-6));
    CHECK(trial.sir == Approx(expected.sir).margin(1e-6));
    CHECK(trial.sar == Approx(expected.sar).margin(1e-6));
    CHECK(trial.mixtures == expected.mixtures);
  }
}

TEST_CASE("tuning moves to what is better alone, gives up what is hopeless, trains with the best") {
  Diagnostics diagnostics;
  const TuningResult result = Tuner({600, 0, 3}).tune(neighbours(), diagnostics);
  const auto of_window = [&](int fft_size) {
    std::vector<Trial> found;
    for (const Trial& trial : result.trials)
      if (trial.choice.stft->fft_size == fft_size) found.push_back(trial);
    return found;
  };
  // The usual window, twice and half of it: the first alternative is the better one.
  const int usual = usual_choice(8000).stft->fft_size;
  REQUIRE(of_window(usual).size() == 3);
  REQUIRE(of_window(2 * usual).size() == 3);
  REQUIRE(of_window(usual / 2).size() == 3);
  CHECK(result.best.stft->fft_size == 2 * usual);
  CHECK(of_window(usual / 2)[0].mixtures == 3);
  CHECK(of_window(2 * usual)[0].mixtures == 6);
  double best = 0;
  double most = -100;
  for (const Trial& trial : result.trials) {
    if (trial.choice == result.best) best = trial.sdr;
    if (trial.mixtures == 6) most = std::max(most, trial.sdr);
  }
  CHECK(best >= most - 0.1);
  for (const SourceModel& model : result.models) {
    CHECK(model->analysis.stft == *result.best.stft);
    CHECK(model->objective == result.best.objective);
    CHECK(model->mixture_iterations == result.best.mixture_iterations);
  }
}

TEST_CASE("scores of two splits count by their mixtures") {
  const Trial both = combined({{}, 4, 10, 6, 3, 1}, {{}, 8, 12, 9, 1, 2});
  CHECK(both.sdr == Approx(5));
  CHECK(both.sir == Approx(10.5));
  CHECK(both.sar == Approx(6.75));
  CHECK(both.mixtures == 4);
  CHECK(both.seconds == Approx(3));
}

TEST_CASE("a budget that allows no trial, and a user without patience, get the usual choice") {
  const TuningResult hasty = tune({1e-6, 0});
  CHECK_FALSE(hasty.searched);
  CHECK(hasty.best == usual_choice(8000));
  CHECK(hasty.models.size() == 2);
  const TuningResult stopped = tune({60, 0}, [](const Progress&) { return Answer::cancel; });
  CHECK(stopped.interrupted);
  CHECK_FALSE(stopped.searched);
  CHECK(stopped.models.size() == 2);
}

TEST_CASE("an interrupted search keeps what it has") {
  const TuningResult result = tune({600, 0}, [](const Progress& progress) {
    return progress.done >= 1 ? Answer::cancel : Answer::proceed;
  });
  CHECK(result.interrupted);
  CHECK(result.models.size() == 2);
}

TEST_CASE("too little material is said, and answered with the usual choice") {
  Diagnostics diagnostics;
  const TuningResult result = Tuner(TunerOptions()).tune(test::two_tones(4), diagnostics);
  CHECK_FALSE(result.searched);
  CHECK(result.best == usual_choice(8000));
  CHECK(result.models.size() == 2);
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK(diagnostics.warnings()[0].code == WarningCode::too_little_material);
}

TEST_CASE("tuning refuses bad sets and bad budgets") {
  Diagnostics diagnostics;
  auto sources = test::two_tones(8);
  sources[1].name = "low";
  CHECK_THROWS_WITH(Tuner(TunerOptions()).tune(sources, diagnostics), contains("'low'"));
  sources.pop_back();
  CHECK_THROWS_WITH(Tuner(TunerOptions()).tune(sources, diagnostics), contains("a set of 1"));
  sources = test::two_tones(8);
  sources[1].recordings[0].sample_rate = 16000;
  CHECK_THROWS_WITH(Tuner(TunerOptions()).tune(sources, diagnostics), contains("16000 Hz"));
  for (const double budget : {0.0, -1.0, std::nan(""), 2e6})
    CHECK_THROWS_WITH(Tuner({budget, 0}), contains("budget_seconds"));
  CHECK_THROWS_WITH(Tuner({10, 0, -1}), contains("most_choices"));
}
