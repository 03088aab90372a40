#include "separate/stem_flags.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {

void StemFlags::add_to(Flags& app) {
  app.add_option("-o,--out-dir", folder_,
                 "Stems go to FOLDER/TRACK/SOURCE.wav (default: separated)")
      ->type_name("FOLDER")
      ->changes_no_stem();
  app.add_option("--name-template", names_,
                 fmt::format("Names of the stems in that folder, with the fields {{folder}} (below "
                             "the one searched), {{parent}}, {{track}}, {{index}}, {{source}} and "
                             "{{ext}} (default: {})",
                             names_))
      ->type_name("PATTERN")
      ->changes_no_stem();
  app.add_option("--only", only_, "Write this source's stem alone (may be given again)")
      ->one_value_each()
      ->type_name("SOURCE")
      ->changes_no_stem();  // but the residual's, with which it is compared
  app.add_option("--residual", residual_,
                 "Write also a stem of this name: the mixture without the stems that are written")
      ->type_name("NAME");
  app.add_option("--stdout", stdout_,
                 "Write this source's stem to stdout as it comes, as WAV, and no files")
      ->type_name("SOURCE")
      ->changes_no_stem();
  app.add_option("--format", container_, "The container of the stems (default: wav)")
      ->one_of({"wav", "flac"})
      ->type_name("wav|flac");
  app.add_option("--bit-depth", bit_depth_,
                 "Bits a sample (default: 32f, which never clips; 24 for flac)")
      ->one_of({"16", "24", "32f"})
      ->type_name("16|24|32f");
}

StemRequest StemFlags::request(std::vector<InputFile> inputs,
                               const std::vector<std::string>& sources, Overwrite overwrite) const {
  StemRequest request{
      std::move(inputs), folder_,  NameTemplate(names_), wanted_stems(sources, only_, residual_),
      format(),          overwrite};
  if (!uses_stdout()) return request;
  if (!only_.empty() || !residual_.empty() || request.inputs.size() > 1 ||
      request.format.container != Container::wav)
    throw InvalidArgument(
        "--stdout writes one stem of one input as WAV; leave out --only, --residual, other inputs "
        "and --format flac");
  request.stems = wanted_stems(sources, {stdout_}, "");
  request.to_stdout = true;
  return request;
}

Json StemFlags::settings() const {
  Json settings = {{"format", container_}, {"bit_depth", bit_depth()}};
  if (!residual_.empty()) settings["residual"] = {{"name", residual_}, {"without", only_}};
  return settings;
}

std::string StemFlags::bit_depth() const {
  if (!bit_depth_.empty()) return bit_depth_;
  return container_ == "flac" ? "24" : "32f";
}

AudioFormat StemFlags::format() const {
  const std::string depth = bit_depth();
  AudioFormat format;
  format.container = container_ == "flac" ? Container::flac : Container::wav;
  format.sample_format = depth == "16"   ? SampleFormat::pcm16
                         : depth == "24" ? SampleFormat::pcm24
                                         : SampleFormat::float32;
  format.validate();
  return format;
}

}  // namespace nmfsep::cli
