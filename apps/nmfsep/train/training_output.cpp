#include "train/training_output.hpp"

#include <fmt/format.h>

#include <ostream>

#include "flags/options.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "nmfsep/training/trainer.hpp"

namespace nmfsep::cli {
namespace {

/// Whether something was minimised, and not only drawn.
bool was_fitted(const TrainedModel& trained) { return !trained.report.cost.empty(); }

Json source_json(const TrainedModel& trained) {
  const Model& model = *trained.model;
  return {{"source", model.name},
          {"kind", model.kind()},
          {"components", model.components()},
          {"facts", facts_json(model.facts())},
          {"seconds", number(model.training.seconds)},
          {"available_seconds", number(model.training.available_seconds)},
          {"files", model.training.files},
          {"audio", to_json(model.training.audio)},
          {"factorisation", was_fitted(trained) ? to_json(trained.report) : Json(nullptr)}};
}

Json training_json(const std::vector<TrainedModel>& trained, const TrainingOptions& options) {
  const ModelHeader& first = *trained.front().model;
  Json document = {{"format", "nmfsep-training"}, {"version", 2}};
  document["method"] = options.method;
  document["together"] = options.together;
  document["components"] = options.nmf.components;
  document["context"] = options.context;
  document["ensemble"] = options.ensemble;
  document["mixture_seconds"] = options.mixture_seconds;
  document["iterations"] = options.nmf.iterations;
  document["tolerance"] =
      first.training.tolerance ? Json(*first.training.tolerance) : Json(nullptr);
  document["solver"] = first.training.solver.empty() ? Json(nullptr) : Json(first.training.solver);
  document["mask_exponent"] = first.objective.mask_exponent;
  document["mixture_iterations"] = first.mixture_iterations;
  document["exact"] = first.exact;
  document["divergence"] = to_string(options.objective.divergence);
  document["seed"] = options.nmf.seed;
  document["analysis"] = to_json(first.analysis, first.objective.magnitude_exponent);
  document["program_version"] = first.training.program_version;
  document["command"] = options.command;
  document["sources"] = Json::array();
  for (const TrainedModel& one : trained) document["sources"].push_back(source_json(one));
  return document;
}

}  // namespace

TrainingOutput::TrainingOutput(std::string path, const std::string& json_target,
                               Overwrite overwrite)
    : path_(std::move(path)), overwrite_(overwrite), json_(json_target, overwrite) {
  PendingFile(path_, overwrite);
}

void TrainingOutput::write(std::span<const SourceModel> models, const std::string& summary,
                           const Json& document, Console& console) {
  save_models(path_, models, overwrite_);
  if (!json_.takes_stdout()) console.out() << summary;
  json_.write(document, console);
}

void TrainingOutput::write(const std::vector<TrainedModel>& trained, const TrainingOptions& options,
                           Console& console) {
  std::string summary;
  std::string remarks;
  for (const TrainedModel& one : trained) {
    tell(one.report, console);
    const Index learnt = one.model->components();
    if (was_fitted(one) && options.fit_components && !options.together &&
        learnt < options.nmf.components)
      console.warning(fmt::format(
          "{}: so many frames are not silent, and as many atoms are learnt instead of {}", learnt,
          options.nmf.components));
    summary +=
        fmt::format("{}; {}\n", summary_of(path_, one.model), one.model->describe_training());
    if (!one.remark.empty()) remarks += one.remark + "\n";
  }
  summary += remarks;
  Json document = training_json(trained, options);
  document["model"] = path_;
  write(models_of(trained), summary, document, console);
}

std::string summary_of(const std::string& path, const SourceModel& model) {
  const ModelHeader& header = *model;
  const bool is_sample = header.training.available_seconds > header.training.seconds;
  return fmt::format(
      "{}: source '{}', {} {} from {:.1f} s{} in {} file{}", printable(path), header.name,
      model->components(), model->component_word(), header.training.seconds,
      is_sample ? fmt::format(" drawn from {:.1f}", header.training.available_seconds) : "",
      header.training.files, header.training.files == 1 ? "" : "s");
}

}  // namespace nmfsep::cli
