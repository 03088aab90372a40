#include "nmfsep/sources/mask_network/mask_training.hpp"

#include <fmt/format.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/named_values.hpp"
#include "sources/mask_network/held_out_mixtures.hpp"
#include "sources/mask_network/mask_learner.hpp"
#include "sources/mask_network/train_on_all.hpp"

namespace nmfsep {
namespace {

constexpr int least_kept_steps = 100;  ///< whose network is of use where training is cancelled
constexpr int fold_count = 4;          ///< of the recordings, where dictionaries are heard
constexpr int look_count = 8;          ///< at what is held out, in all steps
/// From a set's network to the next; seeds that people choose are nearer to each other.
constexpr std::uint64_t seed_stride = 0x9E3779B97F4A7C15U;
constexpr double clear_loss = 0.1;  ///< dB, below which looks are alike

constexpr Named<MaskNetForm> form_names[] = {{MaskNetForm::dense, "dense"},
                                             {MaskNetForm::convolutional, "convolutional"},
                                             {MaskNetForm::recurrent, "recurrent"}};

constexpr Named<MaskLoss> loss_names[] = {
    {MaskLoss::projection, "projection"}, {MaskLoss::magnitude, "magnitude"}, {MaskLoss::kl, "kl"}};

void check(const char* field, double value, bool valid, const char* rule) {
  if (!valid)
    throw InvalidArgument(fmt::format("MaskNetOptions: {} = {}, must be {}", field, value, rule));
}

/// Quarters of the recordings, each with dictionaries of the other three; or all in one.
std::vector<MaskFold> folds_of(const std::vector<SourceAudio>& sources,
                               const DictionaryLearner& dictionaries) {
  if (!dictionaries) return {{sources}};
  std::vector<MaskFold> folds;
  for (int fold = 0; fold < fold_count; ++fold) {
    const auto [training, held] = hold_out(sources, static_cast<double>(fold) / fold_count,
                                           static_cast<double>(fold + 1) / fold_count);
    if (is_audible(training) && is_audible(held)) folds.push_back({held, dictionaries(training)});
  }
  if (folds.empty())
    throw InvalidArgument(
        "estimates: no quarter of the recordings has half a second of every source, by which a "
        "network could learn how far to trust dictionaries; give more material or leave them out");
  return folds;
}

/// A network in training and what is kept of it.
class Training {
 public:
  Training(WatchedMaterial material, const StftOptions& stft, const MaskNetOptions& options,
           const DictionaryLearner& dictionaries)
      : options_(options),
        held_out_(std::move(material.held_out)),
        examples_(folds_of(material.training, dictionaries), stft, options),
        learner_(examples_, options) {}

  /// Every step, while the next one's example is made. Says whether it came to all of them; throws
  /// Cancelled where what was learnt is of no use yet, unless `others` will do.
  bool run(const ProgressCallback& progress, bool others) {
    Progress state{"train", 0, options_.steps, {}};
    MaskExample example = examples_.make(0);
    for (int step = 0; step < options_.steps; ++step) {
      state.done = step;
      if (!goes_on(progress, state, others)) break;
      MaskExample next;
      tbb::parallel_invoke([&] { state.cost = learner_.learn(std::move(example)); },
                           [&] { next = examples_.make(step + 1); });
      example = std::move(next);
      steps_ = step + 1;
      if (is_look(steps_)) state.held_out_sdr = look();
    }
    if (!is_look(steps_)) look();
    return steps_ == options_.steps;
  }

  int steps() const { return steps_; }
  const std::vector<HeldOutLook>& looks() const { return looks_; }
  /// The best there was.
  const Network& network() const { return network_; }

 private:
  static bool goes_on(const ProgressCallback& progress, const Progress& state, bool others) {
    try {
      report(progress, state);
    } catch (const Cancelled&) {
      if (state.done < least_kept_steps && !others) throw;
      return false;
    }
    return true;
  }

  bool is_look(int step) const {
    const auto looks_at = [&](std::int64_t s) { return s * look_count / options_.steps; };
    return held_out_ && looks_at(step) != looks_at(step - 1);
  }

  /// Keeps the network as it is now unless one before was clearly better. Says how good it is.
  std::optional<double> look() {
    Network network = learner_.network();
    std::optional<double> sdr;
    if (held_out_) {
      sdr = held_out_->sdr_of(network);
      const bool kept = *sdr >= best_ - clear_loss;
      if (kept)
        for (HeldOutLook& before : looks_) before.kept = false;
      looks_.push_back({0, steps_, static_cast<float>(*sdr), kept});
      if (!kept) return sdr;
      best_ = std::max(best_, *sdr);
    }
    network_ = std::move(network);
    return sdr;
  }

  const MaskNetOptions& options_;
  std::optional<HeldOutMixtures> held_out_;
  MaskExamples examples_;
  MaskLearner learner_;
  Network network_;
  int steps_ = 0;
  std::vector<HeldOutLook> looks_;
  double best_ = -std::numeric_limits<double>::infinity();  ///< held-out SDR, dB
};

/// Adds what a training kept.
void add(const Training& training, MaskNet& net) {
  const auto number = static_cast<int>(net.networks.size());
  net.steps = training.steps();
  net.networks.push_back(training.network());
  for (HeldOutLook look : training.looks()) {
    look.network = number;
    net.looks.push_back(look);
  }
}

/// Tells a network's training as one of so many that are alike.
ProgressCallback part_of(const ProgressCallback& all, int number, int count) {
  if (!all) return {};
  return [&all, number, count](Progress state) {
    state.done += number * state.total;
    state.total *= count;
    return all(state);
  };
}

/// Takes what a network learns from and is watched by.
using Watch = WatchedMaterial (*)(const std::vector<SourceAudio>&, const StftOptions&,
                                  const MaskNetOptions&, const DictionaryLearner&);

WatchedMaterial unwatched(const std::vector<SourceAudio>& sources, const StftOptions& /*stft*/,
                          const MaskNetOptions& /*options*/,
                          const DictionaryLearner& /*dictionaries*/) {
  return {sources, {}};
}

MaskNet train(const std::vector<SourceAudio>& sources, const StftOptions& stft,
              const MaskNetOptions& options, Watch watch, const ProgressCallback& progress,
              const DictionaryLearner& dictionaries) {
  options.validate();
  MaskNet net;
  net.context = options.context;
  net.estimates = dictionaries != nullptr;
  for (const SourceAudio& source : sources) net.sources.push_back(source.name);
  bool whole = true;
  for (int number = 0; number < options.networks && whole; ++number) {
    MaskNetOptions of_one = options;
    of_one.seed += static_cast<std::uint64_t>(number) * seed_stride;
    Training training(watch(sources, stft, of_one, dictionaries), stft, of_one, dictionaries);
    whole = training.run(part_of(progress, number, options.networks), number > 0);
    if (whole || number == 0) add(training, net);
  }
  return net;
}

}  // namespace

std::string_view to_string(MaskNetForm form) { return name_of(form_names, form); }
std::optional<MaskNetForm> find_mask_net_form(std::string_view name) {
  return value_of(form_names, name);
}
std::string_view to_string(MaskLoss loss) { return name_of(loss_names, loss); }
std::optional<MaskLoss> find_mask_loss(std::string_view name) { return value_of(loss_names, name); }

void MaskNetOptions::validate() const {
  check("steps", steps, steps >= 1 && steps <= 1000000, "1 to 1000000");
  check("budget_seconds", budget_seconds, budget_seconds >= 0 && budget_seconds <= 1e6,
        "0 to a million");
  check("networks", networks, networks >= 1 && networks <= most_members, "1 to 100");
  check("width", static_cast<double>(width), width >= 1 && width <= 8192, "1 to 8192");
  check("hidden_layers", hidden_layers, hidden_layers >= 1 && hidden_layers <= 3, "1 to 3");
  check("discrimination", discrimination, discrimination >= 0 && discrimination < 1,
        "0 or more and below 1");
  check("context", context, context >= 1 && context <= most_context && context % 2 == 1,
        "odd and 1 to 99");
  check("learning_rate", learning_rate, learning_rate > 0 && learning_rate <= 1,
        "above 0, at most 1");
}

MaskNet train_mask_net(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                       const MaskNetOptions& options, const ProgressCallback& progress,
                       const DictionaryLearner& dictionaries) {
  return train(sources, stft, options, watch, progress, dictionaries);
}

MaskNet train_on_all(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                     const MaskNetOptions& options, const ProgressCallback& progress,
                     const DictionaryLearner& dictionaries) {
  return train(sources, stft, options, unwatched, progress, dictionaries);
}

}  // namespace nmfsep
