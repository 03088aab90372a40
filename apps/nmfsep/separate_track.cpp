#include "separate_track.hpp"

#include <fmt/format.h>

#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

Separator separator_for(const SeparationJob& job, const AudioBuffer& mixture) {
  Analysis analysis;
  if (job.models.empty()) {
    analysis.sample_rate = mixture.sample_rate;
    analysis.stft = job.analysis.stft(mixture.sample_rate);
    analysis.magnitude_exponent = job.analysis.magnitude_exponent();
  } else {
    analysis = header_of(job.models.front()).analysis;
  }
  return {analysis, make_decomposer(job.models, job.learnt, job.nmf), job.separator};
}

}  // namespace

Json separate_track(const SeparationJob& job, const StemPlan& plan, Console& console) {
  const AudioBuffer mixture = read_audio(plan.input);
  const std::string name = nmfsep::quoted(plan.input);
  StemOutput output(plan, mixture.channels(), mixture.sample_rate);
  Diagnostics diagnostics = console.diagnostics();
  const Separation separation =
      separator_for(job, mixture)
          .separate(mixture, name, diagnostics,
                    console.progress(printable(plan.input.filename().native())));
  for (std::size_t s = 0; s < separation.stems.size(); ++s)
    output.write(s, separation.stems[s].audio.samples);
  output.commit(diagnostics);
  console.note(fmt::format(
      "{}: {} stem{}; their sum is {:.1f} dBFS from the mixture{}", name, separation.stems.size(),
      separation.stems.size() == 1 ? "" : "s", separation.residual_dbfs,
      plan.format.sample_format == SampleFormat::float32 ? ""
                                                         : ", before rounding to whole numbers"));

  Json outputs;
  for (std::size_t s = 0; s < separation.stems.size(); ++s)
    outputs[separation.stems[s].name] = plan.outputs[s].string();
  return {{"input", plan.input.string()},
          {"seconds", mixture.seconds()},
          {"outputs", outputs},
          {"residual_dbfs", number(separation.residual_dbfs)},
          {"factorisation", to_json(separation.report)}};
}

}  // namespace nmfsep::cli
