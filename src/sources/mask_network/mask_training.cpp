#include "nmfsep/sources/mask_network/mask_training.hpp"

#include <fmt/format.h>
#include <tbb/parallel_invoke.h>

#include "nmfsep/core/errors.hpp"
#include "sources/mask_network/mask_learner.hpp"

namespace nmfsep {
namespace {

void check(const char* field, double value, bool valid, const char* rule) {
  if (!valid)
    throw InvalidArgument(fmt::format("MaskNetOptions: {} = {}, must be {}", field, value, rule));
}

}  // namespace

void MaskNetOptions::validate() const {
  check("steps", steps, steps >= 1 && steps <= 1000000, "1 to 1000000");
  check("budget_seconds", budget_seconds, budget_seconds >= 0 && budget_seconds <= 1e6,
        "0 to a million");
  check("width", static_cast<double>(width), width >= 1 && width <= 8192, "1 to 8192");
  check("recurrent_layers", recurrent_layers, recurrent_layers >= 0 && recurrent_layers <= 3,
        "0 to 3");
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
  Progress state{"train", 0, options.steps, {}};
  MaskExample example = examples.make(0);
  for (int step = 0; step < options.steps; ++step) {
    state.done = step;
    report(progress, state);
    MaskExample next;
    tbb::parallel_invoke([&] { state.cost = learner.learn(std::move(example)); },
                         [&] { next = examples.make(step + 1); });
    example = std::move(next);
  }
  MaskNet net;
  net.context = options.context;
  net.networks.push_back(learner.network());
  net.steps = options.steps;
  for (const SourceAudio& source : sources) net.sources.push_back(source.name);
  return net;
}

}  // namespace nmfsep
