#include "nmfsep/sources/training_method.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/sources/registry.hpp"

namespace nmfsep {
namespace {

TrainingRecord finished_record(const SourceAudio& source, const TrainingOptions& options,
                               const NmfReport& report) {
  TrainingRecord record;
  record.method = options.method;
  record.iterations = report.iterations;
  record.seed = options.nmf.seed;
  record.final_cost = report.final_cost();
  record.seconds = source.seconds();
  record.available_seconds = std::max(source.available_seconds, record.seconds);
  record.files = source.files > 0 ? source.files : static_cast<int>(source.recordings.size());
  record.program_version = version;
  record.audio = source.digests;
  record.command = options.command;
  const std::vector<std::string_view> unused = options_without_effect(options);
  const auto is_used = [&](std::string_view name) {
    return std::find(unused.begin(), unused.end(), name) == unused.end();
  };
  if (is_used("solver")) record.solver = to_string(options.nmf.solver);
  if (is_used("tolerance")) record.tolerance = options.nmf.tolerance;
  return record;
}

}  // namespace

void TrainingOptions::validate() const {
  if (stft) stft->validate();
  objective.validate();
  nmf.validate();
  if (context < 1 || context > most_context || context % 2 == 0)
    throw InvalidArgument(fmt::format("context = {}, must be odd, 1 to {}", context, most_context));
  if (ensemble < 1 || ensemble > most_members)
    throw InvalidArgument(fmt::format("ensemble = {}, must be 1 to {}", ensemble, most_members));
  if (!(mixture_seconds >= 0) || mixture_seconds > 3600)
    throw InvalidArgument(fmt::format("mixture seconds = {}, must be 0 to 3600", mixture_seconds));
  if (nmf.penalty && nmf.penalty->is_between_sources())
    throw InvalidArgument(fmt::format(
        "prior {}: is between sources, and each is learnt by itself; give it to separate",
        nmf.penalty->describe()));
  masks.validate();
  AutoencoderOptions layers = network;
  layers.context = std::max(layers.context, context);
  layers.validate();
}

Analysis TrainingOptions::analysis(int sample_rate) const {
  return {sample_rate, stft.value_or(StftOptions::for_sample_rate(sample_rate))};
}

const TrainingMethod& training_method(std::string_view name) {
  std::string known;
  for (const TrainingMethod& method : training_methods()) {
    if (method.name == name) return method;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", method.name);
  }
  throw InvalidArgument(
      fmt::format("training method '{}', must be one of {}", printable(std::string(name)), known));
}

std::vector<std::string_view> options_without_effect(const TrainingOptions& options) {
  const auto without_effect = training_method(options.method).without_effect;
  return without_effect == nullptr ? std::vector<std::string_view>() : without_effect(options);
}

TrainingOptions usual_training(std::string_view method, bool together) {
  const TrainingMethod& found = training_method(method);
  const auto usual = together ? found.usual_together : found.usual_alone;
  if (usual == nullptr)
    throw InvalidArgument(fmt::format("training method '{}' learns from {}", method,
                                      together ? "one source alone, not from several together"
                                               : "several sources together, not from one alone"));
  TrainingOptions options = usual();
  options.method = method;
  options.together = together;
  return options;
}

ModelHeader trained_header(const SourceAudio& source, const TrainingOptions& options,
                           const NmfReport& report) {
  return {source.name,
          options.analysis(source.recordings.front().sample_rate),
          options.objective,
          finished_record(source, options, report),
          options.mixture_iterations,
          options.nmf.penalty ? options.nmf.penalty->describe() : "",
          options.nmf.exact};
}

}  // namespace nmfsep
