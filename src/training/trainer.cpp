#include "nmfsep/training/trainer.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep {
namespace {

constexpr std::size_t fewest_together = 2;
constexpr std::size_t most_together = 8;

void validate_count(std::size_t sources) {
  if (sources < fewest_together || sources > most_together)
    throw InvalidArgument(fmt::format("a set of {} sources, must be {} to {}", sources,
                                      fewest_together, most_together));
}

}  // namespace

void validate_set(const std::vector<SourceAudio>& sources) {
  validate_count(sources.size());
  std::vector<std::string> names;
  for (const SourceAudio& source : sources) {
    require_recordings(source);
    names.push_back(source.name);
    const int rate = source.recordings.front().sample_rate;
    const int first = sources.front().recordings.front().sample_rate;
    if (rate != first)
      throw InvalidArgument(fmt::format("source '{}' is at {} Hz, '{}' at {} Hz; resample one",
                                        source.name, rate, sources.front().name, first));
  }
  refuse_equal_names(names);
}

Trainer::Trainer(TrainingOptions options)
    : method_(training_method(options.method)), options_(std::move(options)) {
  options_.validate();
  usual_training(options_.method, options_.together);  // or it cannot train so
  options_.nmf.divergence = options_.objective.divergence;
}

std::vector<TrainedModel> Trainer::train(const std::vector<SourceRecordings>& sources,
                                         const ReadingOptions& reading, Diagnostics& diagnostics,
                                         const ProgressCallback& progress) const {
  if (options_.together) validate_count(sources.size());
  std::vector<TrainedModel> trained =
      train(read_sources(sources, reading, diagnostics, progress), progress);
  for (const TrainedModel& one : trained)
    for (const Warning& warning : one.warnings) diagnostics.warn(warning.code, warning.message);
  return trained;
}

std::vector<TrainedModel> Trainer::train(const std::vector<SourceAudio>& sources,
                                         const ProgressCallback& progress) const {
  if (options_.together) {
    validate_set(sources);
    return method_.learn(sources, options_, progress);
  }
  std::vector<TrainedModel> trained;
  for (const SourceAudio& source : sources) {
    require_recordings(source);
    trained.push_back(std::move(method_.learn({source}, options_, progress).front()));
  }
  return trained;
}

std::vector<SourceModel> models_of(const std::vector<TrainedModel>& trained) {
  std::vector<SourceModel> models;
  for (const TrainedModel& one : trained) models.push_back(one.model);
  return models;
}

}  // namespace nmfsep
