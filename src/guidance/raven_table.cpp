#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "label_lines.hpp"

namespace nmfsep {
namespace {

constexpr const char* begin_title = "begin time (s)";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Where each column of a table stands.
class Columns {
 public:
  explicit Columns(const LabelLine& titles) : titles_(titles) {
    for (const std::string& field : titles.split('\t')) names_.push_back(lower(field));
  }

  std::size_t count() const { return names_.size(); }

  std::optional<std::size_t> find(const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
  }

  std::size_t need(const std::string& name) const {
    const auto place = find(name);
    if (!place)
      titles_.fail(fmt::format("has no column '{}'; add it in Raven and save again", name));
    return *place;
  }

  /// Raven leaves it to the user what the column is called.
  std::size_t label() const {
    for (const char* name : {"annotation", "label", "source", "species", "name"})
      if (const auto place = find(name)) return *place;
    titles_.fail(
        "has no column with labels; add one called Annotation, Label, Source, Species or Name");
  }

 private:
  const LabelLine& titles_;
  std::vector<std::string> names_;
};

}  // namespace

bool is_raven_title(const LabelLine& first) { return Columns(first).find(begin_title).has_value(); }

std::vector<Region> raven_regions(const std::vector<LabelLine>& lines) {
  const Columns columns(lines.front());
  const std::size_t begin = columns.need(begin_title);
  const std::size_t end = columns.need("end time (s)");
  const std::size_t label = columns.label();
  const auto low = columns.find("low freq (hz)");
  const auto high = columns.find("high freq (hz)");
  const auto selection = columns.find("selection");
  std::set<std::string> seen;  // a row a view, and so several a selection
  std::vector<Region> regions;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const LabelLine& line = lines[i];
    std::vector<std::string> fields = line.split('\t');
    if (fields.size() > columns.count())
      line.fail(fmt::format("{} fields, must be {} as in the first line", fields.size(),
                            columns.count()));
    fields.resize(columns.count());  // empty ones at the end may be left out
    if (selection && !fields[*selection].empty() && !seen.insert(fields[*selection]).second)
      continue;
    Region region;
    region.begin = line.number(fields[begin], "Begin Time (s)");
    region.end = line.number(fields[end], "End Time (s)");
    region.label = fields[label];
    if (low) region.low = line.number(fields[*low], "Low Freq (Hz)");
    if (high) region.high = line.number(fields[*high], "High Freq (Hz)");
    regions.push_back(line.validated(region));
  }
  return regions;
}

}  // namespace nmfsep
