#include "flags/input_flags.hpp"

#include <fmt/format.h>

#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {

void InputFlags::add_excerpts_to(Flags& app) {
  app.begin_group("Excerpts");
  app.add_option("--start", start_, "Where to begin in each input (default: 0)")
      ->type_name("SECONDS");
  app.add_option("--duration", duration_, "How much of each to take at most (default: to the end)")
      ->type_name("SECONDS");
  add_incomplete_flag(app, take_what_is_there_);
}

void InputFlags::add_to(Flags& app) {
  add_excerpts_to(app);
  app.begin_group("Streams");
  app.add_option("--raw-rate", raw_rate_,
                 "The input - is samples without a header, so many a second (default: it says "
                 "itself what it "
                 "is)")
      ->type_name("HZ");
  app.add_option("--raw-channels", raw_channels_, "Its channels, interleaved (default: 1)")
      ->type_name("N");
  app.add_option("--raw-format", raw_format_, "Its samples (default: s16le)")
      ->type_name("u8|s16le|s24le|s32le|f32le|f64le");
}

void InputFlags::validate(bool reads_pipe) const {
  excerpt().validate();
  const bool is_raw = raw_rate_ || raw_channels_ || raw_format_;
  if (is_raw && !reads_pipe)
    throw InvalidArgument(
        "--raw-rate and its kin say what the input - is; files say it themselves");
  if (is_raw && !raw_rate_)
    throw InvalidArgument("--raw-channels and --raw-format need --raw-rate");
  if (const auto format = raw()) format->validate();
}

std::optional<RawFormat> InputFlags::raw() const {
  if (!raw_rate_) return std::nullopt;
  return RawFormat{*raw_rate_, raw_channels_.value_or(1),
                   raw_encoding_from_string(raw_format_.value_or("s16le"))};
}

Json InputFlags::settings() const {
  return {{"start", start_.value_or(0)},
          {"duration", duration_ ? Json(*duration_) : Json(nullptr)}};
}

}  // namespace nmfsep::cli
