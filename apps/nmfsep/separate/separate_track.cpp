#include "separate/separate_track.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

std::shared_ptr<const Separator> separator_for(const SeparationJob& job, int sample_rate) {
  if (job.shared) return job.shared;
  const Analysis analysis = job.models.empty()
                                ? Analysis{sample_rate, job.analysis.stft(sample_rate)}
                                : job.models.front()->analysis;
  return std::make_shared<Separator>(
      analysis, job.objective, make_decomposer(job.models, job.learnt, job.nmf), job.separator);
}

namespace {

std::unique_ptr<AudioSource> open_input(const SeparationJob& job, const StemPlan& plan,
                                        const ProgressCallback& progress) {
  if (plan.input == "-")
    return std::make_unique<AudioStreamReader>(
        STDIN_FILENO, AudioStreamReader::Options{"standard input", job.raw, progress});
  return std::make_unique<AudioReader>(plan.input);
}

}  // namespace

Json separate_track(const SeparationJob& job, const StemPlan& plan, Console& console) {
  const ProgressCallback progress = console.progress(
      plan.input == "-" ? "standard input" : printable(plan.input.filename().native()));
  const std::unique_ptr<AudioSource> input = open_input(job, plan, progress);
  ExcerptSource mixture(*input, job.excerpt, progress);
  const AudioInfo& info = mixture.info();
  const std::shared_ptr<const Separator> separator = separator_for(job, info.sample_rate);
  StemOutput output(plan, info, progress);
  output.set_tags(mixture.tags());
  Diagnostics diagnostics = console.diagnostics();
  const SeparationReport report = separator->separate(
      mixture,
      [&](std::size_t source, const MatrixView& samples, const MatrixView& of) {
        output.write(source, samples, of);
      },
      diagnostics, progress);
  output.commit(diagnostics);
  const std::size_t sources = separator->source_names().size();
  console.note(fmt::format(
      "{}: {} stem{} of {} source{}; {} to the mixture (residual {:.0f} dBFS{})", mixture.name(),
      plan.stems.size(), plan.stems.size() == 1 ? "" : "s", sources, sources == 1 ? "" : "s",
      plan.stems.size() == sources && plan.stems.back().source ? "the stems sum"
                                                               : "all sources sum",
      report.residual_dbfs,
      plan.format.sample_format == SampleFormat::float32 ? ""
                                                         : ", before rounding to whole numbers"));

  Json outputs = Json::object();
  for (std::size_t s = 0; s < plan.outputs.size(); ++s)
    outputs[plan.stems[s].name] = plan.outputs[s].string();
  return {{"input", plan.input.string()},
          {"seconds", static_cast<double>(report.length) / info.sample_rate},
          {"outputs", outputs},
          {"residual_dbfs", number(report.residual_dbfs)},
          {"factorisation", to_json(report.factorisation)}};
}

}  // namespace nmfsep::cli
