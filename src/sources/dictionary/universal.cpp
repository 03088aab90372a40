#include "nmfsep/sources/universal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/nmf/priors/prior_text.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/dictionary/dictionary.hpp"

namespace nmfsep {
namespace {

const Dictionary& dictionary_of(const TrainedModel& speaker) {
  const auto* dictionary = speaker.model.as<Dictionary>();
  if (dictionary == nullptr || !dictionary->speakers.empty())
    throw InvalidArgument(fmt::format(
        "speaker '{}' is a {}; a universal model is of dictionaries of one frame, as --method nmf "
        "learns them",
        speaker.model->name, speaker.model->describe_kind()));
  return *dictionary;
}

/// What all of the recordings are together.
void add(const TrainingRecord& speaker, TrainingRecord& all) {
  all.iterations = std::max(all.iterations, speaker.iterations);
  all.final_cost += speaker.final_cost;
  all.seconds += speaker.seconds;
  all.available_seconds += speaker.available_seconds;
  all.files += speaker.files;
  all.audio.insert(all.audio.end(), speaker.audio.begin(), speaker.audio.end());
}

}  // namespace

TrainedModel universal_model(std::span<const TrainedModel> speakers,
                             const UniversalOptions& options) {
  if (speakers.size() < 2)
    throw InvalidArgument(fmt::format(
        "a universal model of {} speakers, must be of two or more, each in a folder of its own",
        speakers.size()));
  validate_source_name(options.name);
  const std::string prior = options.prior.value_or(
      fmt::format("group={:.3g}", universal_group_strength / static_cast<double>(speakers.size())));
  priors_from_string(prior);  // refuses what is none
  const Dictionary& first = dictionary_of(speakers.front());
  Dictionary all;
  static_cast<ModelHeader&>(all) = first;
  NmfReport report;
  std::vector<Matrix> atoms;
  std::vector<std::string> names;
  for (const TrainedModel& speaker : speakers) {
    const Dictionary& one = dictionary_of(speaker);
    require_equal_sight(first, one);
    atoms.push_back(one.W);
    names.push_back(one.name);
    all.speakers.push_back({one.name, one.W.cols()});
    if (&speaker != &speakers.front()) add(one.training, all.training);
    add(report, speaker.report);
  }
  refuse_equal_names(names);
  all.W = side_by_side(atoms);
  all.name = options.name;
  all.prior = prior;
  all.training.command = options.command;
  return {all, std::move(report)};
}

}  // namespace nmfsep
