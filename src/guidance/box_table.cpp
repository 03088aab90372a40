#include <fmt/format.h>

#include "label_lines.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr std::string_view box_titles = "START,END,EXTENT START,EXTENT END";

bool is_title(const LabelLine& line) {
  return line.text().substr(0, box_titles.size()) == box_titles;
}

}  // namespace

bool is_box_line(const LabelLine& first) {
  if (is_title(first)) return true;
  const std::string_view text = first.text();
  return text.find('\t') == std::string_view::npos &&
         text.substr(0, text.find(',')).find_first_not_of("+-.0123456789eE ") ==
             std::string_view::npos &&
         text.find(',') != std::string_view::npos;
}

std::vector<Region> box_regions(const std::vector<LabelLine>& lines) {
  std::vector<Region> regions;
  for (const LabelLine& line : lines) {
    if (&line == &lines.front() && is_title(line)) continue;
    const std::vector<std::string> fields = line.split_quoted(',');
    if (fields.size() != 5)
      line.fail(
          fmt::format("'{}': {} fields, must be start, end, lowest and highest frequency and "
                      "label, with commas between them",
                      printable(line.text()), fields.size()));
    Region region;
    region.begin = line.number(fields[0], "START");
    region.end = line.number(fields[1], "END");
    region.low = line.number(fields[2], "EXTENT START");
    region.high = line.number(fields[3], "EXTENT END");
    region.label = fields[4];
    regions.push_back(line.validated(region));
  }
  return regions;
}

}  // namespace nmfsep
