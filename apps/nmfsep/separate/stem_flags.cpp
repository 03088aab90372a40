#include "separate/stem_flags.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {

void StemFlags::add_to(Flags& app) {
  app.begin_group("Output");
  app.add_option("-o,--out-dir", folder_,
                 "Stems go to FOLDER/TRACK/SOURCE.wav (default: separated)")
      ->type_name("FOLDER")
      ->changes_no_result();
  app.add_option("--name-template", names_,
                 fmt::format("Names of the stems in that folder, with the fields {{folder}} (below "
                             "the one searched), {{parent}}, {{track}}, {{index}}, {{source}} and "
                             "{{ext}} (default: {})",
                             names_))
      ->type_name("PATTERN")
      ->changes_no_result();
  app.add_option("--only", only_, "Write this source's stem alone (may be given again)")
      ->one_value_each()
      ->type_name("SOURCE")
      ->changes_no_result();  // but the residual's, with which it is compared
  app.add_option("--residual", residual_,
                 "Write also a stem of this name: the mixture without the stems that are written")
      ->type_name("NAME");
  app.add_option("--stdout", stdout_,
                 "Write this source's stem to stdout as it comes, as WAV, and no files")
      ->type_name("SOURCE")
      ->changes_no_result();
  app.add_option("--format", container_,
                 "The container of the stems; same = each mixture's own (default: wav)")
      ->one_of({"wav", "flac", "ogg", "opus", "mp3", "same"})
      ->type_name("wav|flac|ogg|opus|mp3|same");
  app.add_option("--bit-depth", bit_depth_,
                 "Bits a sample (default: 32f, which never clips; 24 for flac; ogg, opus and mp3 "
                 "have none)")
      ->one_of({"16", "24", "32f"})
      ->type_name("16|24|32f");
  app.add_option(
         "--save-activations", explanations_,
         "Write also how each mixture was explained to FOLDER/TRACK, for NumPy: SOURCE-V.npy "
         "(frames x channels x bins), SOURCE-H.npy and, of what is learnt, SOURCE-W.npy "
         "with V = H W")
      ->type_name("FOLDER");
  app.add_flag("--report", report_,
               "Write also a page that plays the stems, as the command report does, by the name of "
               "a stem called report: FOLDER/TRACK/report.html")
      ->changes_no_result();
  app.add_flag("--plots", plots_,
               "Write also pictures of mixture, stems, masks, atoms, activations and cost, by the "
               "name of a stem called plots: FOLDER/TRACK/plots.svg")
      ->changes_no_result();
}

void StemFlags::validate(bool reads_stdin) const {
  if (!plots_ && !report_) return;
  if (reads_stdin)
    throw InvalidArgument(
        "--report and --plots need the mixture in a file, which is read twice; leave out -");
  if (uses_stdout())
    throw InvalidArgument("--stdout writes no files; leave out --report and --plots");
}

StemRequest StemFlags::request(std::vector<InputFile> inputs,
                               const std::vector<std::string>& sources, Overwrite overwrite) const {
  StemRequest request{std::move(inputs), folder_, NameTemplate(names_),
                      wanted_stems(sources, only_, residual_)};
  for (const InputFile& input : request.inputs) request.formats.push_back(format_for(input.path));
  request.overwrite = overwrite;
  request.explanations = explanations_;
  if (report_) request.pages.push_back(Page::report);
  if (plots_) request.pages.push_back(Page::plots);
  if (!uses_stdout()) return request;
  if (!only_.empty() || !residual_.empty() || request.inputs.size() > 1 ||
      request.formats.front().container != Container::wav)
    throw InvalidArgument(
        "--stdout writes one stem of one input as WAV; leave out --only, --residual, other inputs "
        "and another --format");
  request.stems = wanted_stems(sources, {stdout_}, "");
  request.to_stdout = true;
  return request;
}

Json StemFlags::settings() const {
  Json settings = {{"format", container_}, {"bit_depth", Json(nullptr)}};
  if (!bit_depth_.empty())
    settings["bit_depth"] = bit_depth_;
  else if (container_ == "wav" || container_ == "flac")
    settings["bit_depth"] = container_ == "flac" ? "24" : "32f";
  if (!residual_.empty()) settings["residual"] = {{"name", residual_}, {"without", only_}};
  return settings;
}

AudioFormat StemFlags::format_for(const std::filesystem::path& input) const {
  const bool same = container_ == "same";
  AudioFormat format;
  format.container = same ? container_like(input) : container_from_string(container_);
  if (same && format.is_lossy()) return format;  // a bit depth is for the others
  if (format.container == Container::flac) format.sample_format = SampleFormat::pcm24;
  if (bit_depth_ == "16") format.sample_format = SampleFormat::pcm16;
  if (bit_depth_ == "24") format.sample_format = SampleFormat::pcm24;
  if (bit_depth_ == "32f") format.sample_format = SampleFormat::float32;
  try {
    if (format.is_lossy() && !bit_depth_.empty()) format.sample_format = SampleFormat::pcm16;
    format.validate();
  } catch (const InvalidArgument& fault) {
    throw InvalidArgument(
        fmt::format("--bit-depth {} with --format {}: {}", bit_depth_, container_, fault.what()));
  }
  return format;
}

}  // namespace nmfsep::cli
