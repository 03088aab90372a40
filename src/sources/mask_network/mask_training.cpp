#include "nmfsep/sources/mask_network/mask_training.hpp"

#include <fmt/format.h>
#include <tbb/parallel_invoke.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/named_values.hpp"
#include "sources/mask_network/mask_learner.hpp"

namespace nmfsep {
namespace {

constexpr int least_kept_steps = 100;  ///< whose network is of use where training is cancelled

constexpr Named<MaskNetForm> form_names[] = {{MaskNetForm::dense, "dense"},
                                             {MaskNetForm::convolutional, "convolutional"},
                                             {MaskNetForm::recurrent, "recurrent"}};

constexpr Named<MaskLoss> loss_names[] = {
    {MaskLoss::projection, "projection"}, {MaskLoss::magnitude, "magnitude"}, {MaskLoss::kl, "kl"}};

void check(const char* field, double value, bool valid, const char* rule) {
  if (!valid)
    throw InvalidArgument(fmt::format("MaskNetOptions: {} = {}, must be {}", field, value, rule));
}

/// Every step, while the next one's example is made; returns how many there were.
int take_steps(const MaskExamples& examples, const MaskNetOptions& options, MaskLearner& learner,
               const ProgressCallback& progress) {
  Progress state{"train", 0, options.steps, {}};
  MaskExample example = examples.make(0);
  for (int step = 0; step < options.steps; ++step) {
    state.done = step;
    try {
      report(progress, state);
    } catch (const Cancelled&) {
      if (step < least_kept_steps) throw;
      return step;
    }
    MaskExample next;
    tbb::parallel_invoke([&] { state.cost = learner.learn(std::move(example)); },
                         [&] { next = examples.make(step + 1); });
    example = std::move(next);
  }
  return options.steps;
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
                       const MaskNetOptions& options, const ProgressCallback& progress) {
  options.validate();
  const MaskExamples examples(sources, stft, options);
  MaskLearner learner(examples, options);
  MaskNet net;
  net.context = options.context;
  net.steps = take_steps(examples, options, learner, progress);
  net.networks.push_back(learner.network());
  for (const SourceAudio& source : sources) net.sources.push_back(source.name);
  return net;
}

}  // namespace nmfsep
