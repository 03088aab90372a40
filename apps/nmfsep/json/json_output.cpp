#include "json/json_output.hpp"

#include <fmt/format.h>

#include <cmath>
#include <ostream>

#include "files/text_file.hpp"

namespace nmfsep::cli {
namespace {

/// JSON whose names cannot speak to a terminal: DEL and C1 (which UTF-8 spells C2 80 to C2 9F) may
/// stand in its strings as they are, and nowhere else.
std::string with_controls_escaped(const std::string& json) {
  std::string result;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(json[at]); };
    const bool is_c1 = byte(i) == 0xC2 && i + 1 < json.size() && byte(i + 1) < 0xA0;
    if (is_c1 || byte(i) == 0x7F)
      result += fmt::format("\\u{:04x}", byte(is_c1 ? ++i : i));
    else
      result += json[i];
  }
  return result;
}

}  // namespace

JsonOutput::JsonOutput(const std::string& target, Overwrite overwrite) : to_stdout_(target == "-") {
  if (!target.empty() && !to_stdout_) file_.emplace(target, overwrite);
}

void JsonOutput::write(const Json& document, Console& console, Layout layout) {
  const int indent = layout == Layout::indented ? 2 : -1;
  // File names need not be UTF-8, JSON must be.
  const std::string text =
      with_controls_escaped(document.dump(indent, ' ', false, Json::error_handler_t::replace)) +
      "\n";
  if (to_stdout_) console.out() << text;
  if (!file_) return;
  write_text(*file_, text);
  file_.reset();
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace nmfsep::cli
