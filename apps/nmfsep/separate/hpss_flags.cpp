#include "separate/hpss_flags.hpp"

#include <fmt/format.h>

#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// "1.5,3", or "1.5" for both. Keeps what `first` and `second` are where the text is empty.
template <typename Number>
void parse_pair(const char* flag, const std::string& text, Number& first, Number& second) {
  if (text.empty()) return;
  const auto parse = [&](const std::string& part, Number& number) {
    const std::optional<Number> parsed = parse_number<Number>(part);
    if (!parsed)
      throw InvalidArgument(fmt::format("{} {}: must be a number, or two with a comma between them",
                                        flag, printable(text)));
    number = *parsed;
  };
  const std::size_t comma = text.find(',');
  parse(text.substr(0, comma), first);
  second = first;
  if (comma != std::string::npos) parse(text.substr(comma + 1), second);
}

}  // namespace

void HpssFlags::add_to(Flags& app) {
  app.add_flag("--hpss", wanted_,
               "Without models: split into what sustains (harmonic) and what strikes (percussive), "
               "by median filters");
  app.add_option("--hpss-margin", margin_,
                 "With --hpss: how many times the other each must be; above 1 what is neither is a "
                 "third stem, residual (default: 1,1)")
      ->type_name("H,P");
  app.add_option("--hpss-kernel", kernel_,
                 "With --hpss: frames of the median along time, bins of that along frequency "
                 "(default: 31,31)")
      ->type_name("H,P");
}

std::optional<HpssOptions> HpssFlags::options() const {
  if (!wanted_) {
    if (!margin_.empty() || !kernel_.empty())
      throw InvalidArgument("--hpss-margin and --hpss-kernel are for --hpss; give it");
    return std::nullopt;
  }
  HpssOptions options;
  parse_pair("--hpss-margin", margin_, options.harmonic_margin, options.percussive_margin);
  parse_pair("--hpss-kernel", kernel_, options.harmonic_frames, options.percussive_bins);
  return options;
}

}  // namespace nmfsep::cli
