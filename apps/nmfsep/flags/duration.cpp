#include "flags/duration.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

double parse_duration(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit =
      std::string_view(text).substr(static_cast<std::size_t>(end - text.data()));
  const bool is_positive = error == std::errc() && number > 0;
  if (is_positive && unit.empty())
    throw InvalidArgument(fmt::format("--budget {0}: of which unit? {0}s, {0}min or {0}h", text));
  const double seconds = unit == "s" ? 1 : unit == "min" ? 60 : unit == "h" ? 3600 : 0;
  if (!is_positive || seconds == 0)
    throw InvalidArgument(
        fmt::format("--budget {}: must be a time above 0 as in 90s, 5min or 1h", printable(text)));
  return number * seconds;
}

}  // namespace nmfsep::cli
