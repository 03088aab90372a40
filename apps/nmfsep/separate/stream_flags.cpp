#include "separate/stream_flags.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "separate/memory.hpp"

namespace nmfsep::cli {

void StreamFlags::add_to(Flags& app) {
  app.add_option("--start", start_, "Where to begin in each input (default: 0)")
      ->type_name("SECONDS");
  app.add_option("--duration", duration_, "How much to separate at most (default: to the end)")
      ->type_name("SECONDS");
  app.add_option("--raw-rate", raw_rate_,
                 "The input - is samples without a header, so many a second (default: it is WAV)")
      ->type_name("HZ");
  app.add_option("--raw-channels", raw_channels_, "Its channels, interleaved (default: 1)")
      ->type_name("N");
  app.add_option("--raw-format", raw_format_, "Its samples (default: s16le)")
      ->type_name("u8|s16le|s24le|s32le|f32le|f64le");
  app.add_option("--block-frames", block_frames_,
                 "With models alone: windows to work on at a time; fewer come sooner and change no "
                 "sample (default: what takes some 30 MB)")
      ->type_name("N")
      ->changes_no_stem();
  app.add_option("--max-memory", max_memory_,
                 "With --learn or -c: refuse what would take more, as in 800M or 4G (default: what "
                 "the machine has to spare)")
      ->type_name("SIZE")
      ->changes_no_stem();
}

void StreamFlags::validate(bool reads_pipe) const {
  excerpt().validate();
  const bool is_raw = raw_rate_ || raw_channels_ || raw_format_;
  if (is_raw && !reads_pipe)
    throw InvalidArgument(
        "--raw-rate and its kin say what the input - is; files say it themselves");
  if (is_raw && !raw_rate_)
    throw InvalidArgument("--raw-channels and --raw-format need --raw-rate");
  if (const auto format = raw()) format->validate();
}

std::optional<RawFormat> StreamFlags::raw() const {
  if (!raw_rate_) return std::nullopt;
  return RawFormat{*raw_rate_, raw_channels_.value_or(1),
                   raw_encoding_from_string(raw_format_.value_or("s16le"))};
}

void StreamFlags::apply_to(SeparatorOptions& options, int jobs) const {
  options.block_frames = block_frames_;
  options.max_memory = max_memory_.empty() ? available_memory() : parse_size(max_memory_);
  if (options.max_memory) *options.max_memory /= jobs;
}

Json StreamFlags::settings() const {
  return {{"start", start_.value_or(0)},
          {"duration", duration_ ? Json(*duration_) : Json(nullptr)}};
}

}  // namespace nmfsep::cli
