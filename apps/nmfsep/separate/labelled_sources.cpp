#include "separate/labelled_sources.hpp"

#include <fmt/format.h>

#include "files/audio_inputs.hpp"
#include "files/solo_regions.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/trainer.hpp"

namespace nmfsep::cli {
namespace {

/// As the models beside them say, or else the flags.
TrainingOptions training_options(const LabelledSources& sources, const SeparationJob& job) {
  TrainingOptions options = usual_training("nmf");
  options.nmf.seed = job.nmf.seed;
  options.fit_components = true;
  options.command = sources.command;
  if (!job.models.empty()) {
    options.stft = job.models.front()->analysis.stft;
    options.objective = job.models.front()->objective;
    return options;
  }
  if (sources.objective.gave_divergence()) options.objective = sources.objective.objective();
  if (const auto exponent = job.analysis.magnitude_exponent())
    options.objective.magnitude_exponent = *exponent;
  if (job.analysis.given())
    options.stft = job.analysis.stft(
        open_again(sources.inputs.front().path, job.take_what_is_there).info().sample_rate);
  return options;
}

}  // namespace

std::vector<SourceModel> learn(const LabelledSources& sources, const SeparationJob& job,
                               Console& console) {
  if (sources.inputs.size() > 1)
    throw InvalidArgument(
        fmt::format("--labels is of one recording, and here are {}; separate them one by one",
                    sources.inputs.size()));
  const std::vector<SourceRecordings> regions =
      solo_regions(sources.inputs.front().path, {sources.labels}, console);
  const ProgressCallback progress = console.progress(printable(sources.labels.filename().native()));
  ReadingOptions reading;
  reading.seed = job.nmf.seed;
  if (!job.models.empty()) reading.sample_rate = job.models.front()->analysis.sample_rate;
  // What the recording lacks is said where it is separated.
  reading.open = [&](const std::filesystem::path& path, const ProgressCallback&) {
    return std::make_unique<AudioReader>(open_again(path, job.take_what_is_there));
  };
  Diagnostics diagnostics = console.diagnostics();
  const Trainer trainer(training_options(sources, job));
  const auto models = models_of(trainer.train(regions, reading, diagnostics, progress));
  for (const SourceModel& model : models)
    console.note(fmt::format("{}: source '{}', {} {} from {:.1f} s", nmfsep::quoted(sources.labels),
                             printable(model->name), model->components(), model->component_word(),
                             model->training.seconds));
  return models;
}

}  // namespace nmfsep::cli
