#include "nmfsep/guidance/label_file.hpp"

#include <fmt/format.h>

#include "guidance/small_file.hpp"
#include "label_lines.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

struct Format {
  LabelFormat format;
  bool (*begins_with)(const LabelLine&);
  std::vector<Region> (*regions)(const std::vector<LabelLine>&);
};

/// In this order: a table of Raven's has tabs, too.
constexpr Format formats[] = {{LabelFormat::raven, is_raven_title, raven_regions},
                              {LabelFormat::sonic_visualiser, is_box_line, box_regions},
                              {LabelFormat::audacity, is_audacity_line, audacity_regions}};

}  // namespace

std::string to_string(LabelFormat format) {
  switch (format) {
    case LabelFormat::audacity:
      return "Audacity labels";
    case LabelFormat::raven:
      return "a Raven selection table";
    case LabelFormat::sonic_visualiser:
      return "Sonic Visualiser boxes";
  }
  return {};
}

std::vector<Region> parse_regions(std::string_view text, const std::string& name) {
  if (text.find('\0') != std::string_view::npos || !is_utf8(text))
    throw FileError(
        fmt::format("{}: is no UTF-8 text and so no label file; export labels as text", name));
  const std::vector<LabelLine> lines = label_lines(text, name);
  if (lines.empty())
    throw FileError(fmt::format("{}: is empty; mark regions and export them", name));
  for (const Format& format : formats) {
    if (!format.begins_with(lines.front())) continue;
    std::vector<Region> regions = format.regions(lines);
    if (regions.empty())
      throw FileError(fmt::format("{}: {} without a region; mark some and save it again", name,
                                  to_string(format.format)));
    return regions;
  }
  lines.front().fail(fmt::format("'{}': begins no label file; give {}, {} or {} (CSV)",
                                 printable(lines.front().text().substr(0, 60)),
                                 to_string(LabelFormat::audacity), to_string(LabelFormat::raven),
                                 to_string(LabelFormat::sonic_visualiser)));
}

std::vector<Region> read_regions(const std::filesystem::path& path) {
  return parse_regions(read_small_file(path, "label file"), quoted(path));
}

}  // namespace nmfsep
