#include "label_lines.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::vector<std::string> LabelLine::split(char separator) const {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string_view::npos; begin = end + 1) {
    end = text_.find(separator, begin);
    fields.emplace_back(without_blanks(text_.substr(begin, end - begin)));
  }
  return fields;
}

std::vector<std::string> LabelLine::split_quoted(char separator) const {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if (quoted && c == '"' && text_.substr(i + 1, 1) == "\"")
      fields.back() += text_[i++];
    else if (c == '"' && (quoted || fields.back().empty()))
      quoted = !quoted;
    else if (c == separator && !quoted)
      fields.emplace_back();
    else
      fields.back() += c;
  }
  if (quoted) fail("a quotation mark \" is not closed; close it, or leave it out");
  for (std::string& field : fields) field = std::string(without_blanks(field));
  return fields;
}

double LabelLine::number(std::string_view text, std::string_view field) const {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    fail(fmt::format("{} = '{}', must be a number, as in 12.5", field, printable(text)));
  return value;
}

Region LabelLine::validated(Region region) const {
  region.line = number_;
  if (region.begin < 0) fail(fmt::format("begins at {} s, must be 0 or later", region.begin));
  if (region.end < region.begin)
    fail(fmt::format("ends at {} s, before it begins at {} s; exchange them", region.end,
                     region.begin));
  if (region.low < 0 || region.high <= region.low)
    fail(fmt::format("frequencies {} to {} Hz, must be 0 or more and rise", region.low,
                     region.high));
  if (region.label.empty()) fail("has no label; label it with the name of its source");
  return region;
}

void LabelLine::fail(const std::string& what) const {
  throw FileError(fmt::format("{}:{}: {}", *name_, number_, what));
}

std::vector<LabelLine> label_lines(std::string_view text, const std::string& name) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";  // of UTF-8, which some editors write
  if (text.substr(0, mark.size()) == mark) text.remove_prefix(mark.size());
  std::vector<LabelLine> lines;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number;
    if (!without_blanks(line).empty()) lines.emplace_back(name, number, line);
  }
  return lines;
}

}  // namespace nmfsep
