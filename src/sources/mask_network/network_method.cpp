#include "sources/mask_network/network_method.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/mask_network/mask_training.hpp"
#include "sources/mask_network/exemplars_beside.hpp"
#include "sources/mask_network/held_out_share.hpp"
#include "sources/mask_network/held_out_stretch.hpp"
#include "sources/mask_network/mask_learner.hpp"
#include "sources/mask_network/train_on_all.hpp"
#include "sources/paired/exemplar_training.hpp"

namespace nmfsep {
namespace {

constexpr double held_out_part = 0.25;  ///< of each recording, at its end, then at its beginning
constexpr int held_out_pieces = 16;
constexpr double piece_seconds = 3;
/// Of the steps, those of each of the two networks that only judge what networks are worth.
constexpr double judge_part = 0.25;
constexpr double training_part = 0.8;  ///< of a budget; exemplars and scores take the rest
/// Octaves that held-out mixtures are faster or slower at most: the rest of a recording of music
/// has the notes that were learnt from it, and mixtures to come have not (docs/quality.md).
constexpr double semitone = 1.0 / 12;

/// Tells trainings one after the other as one whole, so that the time left is that of all.
class AllSteps {
 public:
  AllSteps(std::int64_t steps, const ProgressCallback& outer) : steps_(steps), outer_(outer) {}

  /// For a training of so many of all steps; those before it are done.
  ProgressCallback next(int steps) {
    begin_ += at_hand_;
    at_hand_ = steps;
    return [this](Progress state) {
      if (!outer_) return Answer::proceed;
      state.done = begin_ + at_hand_ * state.done / std::max<std::int64_t>(1, state.total);
      state.total = steps_;
      return outer_(state);
    };
  }

 private:
  std::int64_t steps_;
  std::int64_t begin_ = 0;
  std::int64_t at_hand_ = 0;
  const ProgressCallback& outer_;
};

StftOptions stft_of(const std::vector<SourceAudio>& sources, const TrainingOptions& options) {
  return options.analysis(sources.front().recordings.front().sample_rate).stft;
}

MaskNetOptions masks_of(const TrainingOptions& options) {
  MaskNetOptions masks = options.masks;
  masks.seed = options.nmf.seed;
  return masks;
}

MaskNet train_net(const std::vector<SourceAudio>& sources, const TrainingOptions& options,
                  const ProgressCallback& progress) {
  return train_mask_net(sources, stft_of(sources, options), masks_of(options), progress,
                        heard_by(options));
}

/// Half of them as they are, half up to a semitone faster or slower: the one flatters exemplars of
/// music, which have its notes, the other networks, which have heard all speeds.
std::vector<MixedPiece> held_out_mixtures(const std::vector<SourceAudio>& held,
                                          const TrainingOptions& options) {
  const StftOptions stft = stft_of(held, options);
  const int rate = held.front().recordings.front().sample_rate;
  Random random(options.nmf.seed);
  std::vector<MixedPiece> drawn;
  for (const double range : {0.0, semitone}) {
    const RandomMixtures mixtures(held,
                                  {.stft = stft,
                                   .frames = static_cast<Index>(piece_seconds * rate / stft.hop),
                                   .speed_range = range,
                                   .silence = 0});
    for (int i = 0; i < held_out_pieces / 2; ++i) drawn.push_back(mixtures.draw(random));
  }
  return drawn;
}

int judge_steps(const TrainingOptions& options) {
  return std::max(1, static_cast<int>(judge_part * options.masks.steps));
}

/// The same for as many steps as a judge takes.
MaskNet train_judge(const std::vector<SourceAudio>& sources, const TrainingOptions& options,
                    const ProgressCallback& progress) {
  TrainingOptions judge = options;
  judge.masks.steps = judge_steps(options);
  judge.masks.networks = 1;
  return train_net(sources, judge, progress);
}

/// Steps that there is time for, of trainings that take so many seconds a step, when some seconds
/// are gone.
int steps_within(const TrainingOptions& options, double gone, double step) {
  const double left = training_part * options.masks.budget_seconds - gone;
  return static_cast<int>(std::clamp(left / step, 1.0, 1e6));
}

/// How far networks are trusted beside exemplars.
struct Judged {
  float share = mask_shares.back();   ///< of the exemplars
  std::optional<ShareScores> scores;  ///< on what was held out; none where that was too little

  std::string words() const {
    if (!scores) return "too little could be held out to judge a network by";
    return fmt::format("held-out SDR {:.1f} dB by exemplars, {:.1f} by networks, {:.1f} by both",
                       scores->back(), scores->front(),
                       *std::max_element(scores->begin(), scores->end()));
  }
};

/// By mixtures of what neither judges nor exemplars learnt from; the exemplars alone where there is
/// too little to hold out.
Judged choose_share(const std::vector<SourceAudio>& sources, const TrainingOptions& options,
                    AllSteps& steps) {
  Judged result;
  ShareScores mean{};
  for (const double begin : {1 - held_out_part, 0.0}) {
    const auto [training, held] = hold_out(sources, begin, begin + held_out_part);
    if (!is_audible(training) || !is_audible(held)) return result;
    const MaskNet net = train_judge(training, options, steps.next(judge_steps(options)));
    const auto decomposer = decomposer_of(
        exemplar_training.learn(training, exemplar_options(options), steps.next(0)), options);
    const ShareScores scores = score_shares(
        held_out_mixtures(held, options), {net, *decomposer, options.objective.magnitude_exponent});
    for (std::size_t i = 0; i < scores.size(); ++i) mean[i] += scores[i] / 2;
  }
  result.share = best_share(mean);
  result.scores = mean;
  return result;
}

/// A set's exemplars, and the options with the steps that a budget has time for, of so many
/// trainings.
struct Beginning {
  std::vector<TrainedModel> dictionaries;
  TrainingOptions options;
};

Beginning begin(const std::vector<SourceAudio>& sources, const TrainingOptions& given, double times,
                const ProgressCallback& progress) {
  const auto start = std::chrono::steady_clock::now();
  Beginning result{exemplar_training.learn(sources, exemplar_options(given), progress), given};
  if (!progress && given.masks.budget_seconds == 0) return result;  // nobody asks for the time
  int& steps = result.options.masks.steps;
  const MaskFold material{sources,
                          given.masks.estimates ? masks_by(result.dictionaries, given) : nullptr};
  const double step = times * seconds_of_step(material, stft_of(sources, given), given.masks);
  if (given.masks.budget_seconds > 0)
    steps = steps_within(
        given, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
        step);
  report(progress, {"train", 0, steps, {}, step * steps});
  return result;
}

/// The set's models: each has its dictionary, the first the networks.
std::vector<TrainedModel> models_of(const std::vector<SourceAudio>& sources, MaskNet net,
                                    const Beginning& beginning) {
  const auto shared = std::make_shared<const MaskNet>(std::move(net));
  std::vector<TrainedModel> result;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const TrainedModel& exemplars = beginning.dictionaries[s];
    MaskNetwork model;
    model.dictionary = *exemplars.model.as<PairedDictionary>();
    static_cast<ModelHeader&>(model) =
        trained_header(sources[s], beginning.options, exemplars.report);
    model.place = static_cast<int>(s);
    if (s == 0) model.net = shared;
    result.push_back({std::move(model), exemplars.report});
  }
  return result;
}

/// "network of 420 of 1500 steps, since it was interrupted", "3 networks of 500 steps".
std::string steps_words(const MaskNet& net, const TrainingOptions& options) {
  const MaskNetOptions& asked = options.masks;
  const auto networks = static_cast<int>(net.networks.size());
  const bool is_whole = networks == asked.networks && net.steps == asked.steps;
  const auto of = [](int made, int wanted) {
    return made == wanted ? fmt::format("{}", made) : fmt::format("{} of {}", made, wanted);
  };
  return fmt::format("{} of {} steps{}",
                     asked.networks == 1 ? "network" : of(networks, asked.networks) + " networks",
                     of(net.steps, asked.steps), is_whole ? "" : ", since it was interrupted");
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& given, const ProgressCallback& progress) {
  Beginning beginning = begin(sources, given, given.masks.networks + 2 * judge_part, progress);
  const TrainingOptions& options = beginning.options;
  const int whole = options.masks.networks * options.masks.steps;
  AllSteps steps(2 * judge_steps(options) + whole, progress);
  const Judged judged = choose_share(sources, options, steps);
  if (judged.share == 1) {
    beginning.dictionaries.front().remark = fmt::format(
        "exemplars alone, since a network gains nothing beside them: {}", judged.words());
    return std::move(beginning.dictionaries);
  }
  // What judges were watched by it hears too: a sixteenth of 22 s of speech less cost 0.4 dB.
  MaskNet net = train_on_all(sources, stft_of(sources, options), masks_of(options),
                             steps.next(whole), heard_by(options));
  net.share = judged.share;
  const std::string remark = fmt::format("{}; exemplars' share in the masks {:.2f}: {}",
                                         steps_words(net, options), net.share, judged.words());
  std::vector<TrainedModel> result = models_of(sources, std::move(net), beginning);
  result.front().remark = remark;
  return result;
}

/// Networks alone; the exemplars explain their sources beside models of other kinds.
std::vector<TrainedModel> learn_recurrent(const std::vector<SourceAudio>& sources,
                                          const TrainingOptions& given,
                                          const ProgressCallback& progress) {
  const Beginning beginning = begin(sources, given, given.masks.networks, progress);
  MaskNet net = train_net(sources, beginning.options, progress);
  const std::string remark = "recurrent " + steps_words(net, beginning.options);
  std::vector<TrainedModel> result = models_of(sources, std::move(net), beginning);
  result.front().remark = remark;
  return result;
}

/// As exemplars take it; an estimate is the mixture under its mask.
TrainingOptions usual_together() {
  TrainingOptions options = exemplar_training.usual_together();
  options.objective.mask_exponent = 1;
  return options;
}

/// Masks are of magnitudes, whatever explains them; and what recurrent layers alone have.
std::vector<std::string_view> without_effect(const TrainingOptions& options) {
  std::vector<std::string_view> names{"divergence"};
  if (options.masks.form != MaskNetForm::recurrent) names.insert(names.end(), {"cell", "one-way"});
  return names;
}

std::vector<std::string_view> without_effect_recurrent(const TrainingOptions&) {
  return {"divergence", "form", "exact"};
}

}  // namespace

const TrainingMethod network_method{
    "network", "learns a network that tells the sources apart, and exemplars beside it",
    nullptr,   usual_together,
    learn,     without_effect,
    true};

const TrainingMethod recurrent_method{"drnn",
                                      "learns a recurrent network that tells the sources apart",
                                      nullptr,
                                      usual_together,
                                      learn_recurrent,
                                      without_effect_recurrent,
                                      true};

}  // namespace nmfsep
