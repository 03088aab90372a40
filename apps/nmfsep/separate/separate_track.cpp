#include "separate/separate_track.hpp"

#include <fmt/format.h>

#include <memory>

#include "files/audio_inputs.hpp"
#include "files/file_hash.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/sources/grouping/grouped_decomposer.hpp"
#include "nmfsep/sources/joint_decomposer.hpp"
#include "nmfsep/sources/learnt_model.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "separate/component_facts.hpp"
#include "separate/explanation_output.hpp"
#include "separate/group_facts.hpp"
#include "separate/pages/track_pages.hpp"

namespace nmfsep::cli {

std::shared_ptr<const Separator> separator_for(const SeparationJob& job, int sample_rate) {
  if (job.shared) return job.shared;
  const Analysis analysis = job.models.empty()
                                ? Analysis{sample_rate, job.analysis.stft(sample_rate)}
                                : job.models.front()->analysis;
  std::shared_ptr<const Decomposer> decomposer;
  if (job.hpss)
    decomposer = std::make_shared<HpssDecomposer>(*job.hpss);
  else if (job.grouping)
    decomposer = std::make_shared<GroupedDecomposer>(*job.grouping, analysis, job.nmf);
  else if (job.guide || job.score)
    decomposer = std::make_shared<JointDecomposer>(
        job.models, job.learnt, job.nmf,
        Guidance{job.guide, analysis, job.excerpt.start_seconds, job.score});
  else
    decomposer = make_decomposer(job.models, job.learnt, job.nmf);
  return std::make_shared<Separator>(analysis, job.objective, decomposer, job.separator);
}

double memory_needed(const SeparationJob& job, const AudioInfo& mixture) {
  constexpr double copies = 1.3;  // of the models' numbers: as read, and as they are searched
  double numbers = 0;
  for (const SourceModel& model : job.models)
    for (const Tensor& tensor : model->tensors())
      numbers += static_cast<double>(tensor.values.size());
  return separator_for(job, mixture.sample_rate)->memory_needed(mixture) +
         copies * sizeof(float) * numbers;
}

namespace {

/// What is kept of how a mixture was explained, beside its stems.
class Findings {
 public:
  /// `sample_rate` is the mixture's.
  Findings(const SeparationJob& job, const StemPlan& plan, const Analysis& analysis,
           int sample_rate)
      : job_(job), plan_(plan), analysis_(analysis), sample_rate_(sample_rate) {
    if (!plan.explanation.empty()) output_.emplace(plan.explanation, plan.overwrite);
    if (!job.save_model.empty()) PendingFile(job.save_model, plan.overwrite);
  }

  void take(const ExplainedFrames& frames) {
    if (output_) output_->write(frames);
    if (job_.grouping) groups_ = group_facts_of(frames.decomposition, analysis_);
    if (job_.describes_components) facts_ = facts_of(frames.decomposition, analysis_);
    if (!job_.save_model.empty()) keep(frames.decomposition);
  }

  void commit(const SeparationReport& report, Console& console) {
    if (output_) output_->commit();
    for (const GroupFacts& facts : groups_) console.note(to_string(facts));
    for (const ComponentFacts& facts : facts_) console.note(to_string(facts));
    if (job_.save_model.empty()) return;
    std::vector<SourceModel> models;
    for (const auto& [name, W] : learnt_) models.push_back(learnt_model(header(name, report), W));
    save_models(job_.save_model, models, plan_.overwrite);
  }

  void add_to(Json& record) const {
    if (!groups_.empty()) record["groups"] = to_json(groups_);
    if (!facts_.empty()) record["components"] = to_json(facts_);
    if (!job_.save_model.empty()) record["model"] = job_.save_model;
    for (const auto& [page, path] : plan_.pages) record[to_string(page)] = path.string();
    if (output_) record["activations"] = plan_.explanation.string();
  }

 private:
  void keep(const Decomposition& found) {
    learnt_.clear();
    for (std::size_t s = 0; s < found.factors.size(); ++s)
      if (found.factors[s].W.size() > 0)
        learnt_.emplace_back(found.sources[s].name, found.factors[s].W);
  }

  ModelHeader header(const std::string& source, const SeparationReport& report) const {
    ModelHeader header;
    header.name = source;
    header.analysis = analysis_;
    header.objective = job_.objective;
    TrainingRecord& training = header.training;
    training.iterations = report.factorisation.iterations;
    training.final_cost = report.factorisation.final_cost();
    training.seed = job_.nmf.seed;
    training.solver = to_string(job_.nmf.solver);
    training.tolerance = job_.nmf.tolerance;
    training.seconds = static_cast<double>(report.length) / sample_rate_;
    training.available_seconds = training.seconds;
    training.files = 1;
    training.audio = {{printable(plan_.input.native()), file_hash(plan_.input).value_or("")}};
    training.program_version = version;
    training.command = job_.command;
    return header;
  }

  const SeparationJob& job_;
  const StemPlan& plan_;
  Analysis analysis_;
  int sample_rate_;
  std::optional<ExplanationOutput> output_;
  std::vector<ComponentFacts> facts_;
  std::vector<GroupFacts> groups_;
  std::vector<std::pair<std::string, Matrix>> learnt_;  ///< a source's name and its atoms
};

/// For people.
std::string summary(const StemPlan& plan, const std::string& mixture, std::size_t sources,
                    const SeparationReport& report) {
  const bool all = plan.stems.size() == sources && plan.stems.back().source;
  return fmt::format(
      "{}: {} stem{} of {} source{}; {} to the mixture (residual {:.0f} dBFS{})", mixture,
      plan.stems.size(), plan.stems.size() == 1 ? "" : "s", sources, sources == 1 ? "" : "s",
      all ? "the stems sum" : "all sources sum", report.residual_dbfs,
      plan.format.is_lossy()                               ? ", before compression"
      : plan.format.sample_format == SampleFormat::float32 ? ""
                                                           : ", before rounding to whole numbers");
}

}  // namespace

Json separate_track(const SeparationJob& job, const StemPlan& plan, Console& console) {
  const ProgressCallback progress = console.progress(
      plan.input == "-" ? "standard input" : printable(plan.input.filename().native()));
  Diagnostics diagnostics = console.diagnostics();
  const std::unique_ptr<AudioSource> input =
      open_audio(plan.input, job.raw, progress, job.take_what_is_there ? &diagnostics : nullptr);
  ExcerptSource mixture(*input, job.excerpt, progress);
  const AudioInfo& info = mixture.info();
  const std::shared_ptr<const Separator> separator = separator_for(job, info.sample_rate);
  StemOutput output(plan, info, progress);
  output.set_tags(mixture.tags());
  Findings findings(job, plan, separator->analysis(), info.sample_rate);
  SeparationSinks sinks([&](std::size_t source, const MatrixView& samples, const MatrixView& of) {
    output.write(source, samples, of);
  });
  TrackPages pages(job, plan, separator->analysis());
  sinks.frames = [&](const ExplainedFrames& frames) {
    findings.take(frames);
    pages.take(frames);
  };
  const SeparationReport report = separator->separate(mixture, sinks, diagnostics, progress);
  output.close();
  Json outputs = Json::object();
  for (std::size_t s = 0; s < plan.outputs.size(); ++s)
    outputs[plan.stems[s].name] = plan.outputs[s].string();
  Json record = {{"input", plan.input.string()},
                 {"seconds", static_cast<double>(report.length) / info.sample_rate},
                 {"analysis", to_json(separator->analysis(), job.objective.magnitude_exponent)},
                 {"outputs", outputs},
                 {"residual_dbfs", number(report.residual_dbfs)},
                 {"factorisation", to_json(report.factorisation)}};
  findings.add_to(record);
  pages.make({report, record, output.temporaries()}, console);
  findings.commit(report, console);
  output.commit(diagnostics);
  pages.commit();
  tell(report.factorisation, console);
  console.note(summary(plan, mixture.name(), separator->source_names().size(), report));
  return record;
}

}  // namespace nmfsep::cli
