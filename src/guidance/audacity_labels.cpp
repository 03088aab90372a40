#include <fmt/format.h>

#include "label_lines.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

/// The line after a label of the spectrum. Audacity writes −1 for a bound that is open.
void take_frequencies(const LabelLine& line, Region& region) {
  const std::vector<std::string> fields = line.split('\t');
  if (fields.size() != 3 || fields[0] != "\\")
    line.fail(fmt::format("'{}': must be \\, low and high frequency, with tabs between them",
                          printable(line.text())));
  const double low = line.number(fields[1], "low frequency");
  const double high = line.number(fields[2], "high frequency");
  if (low != -1) region.low = low;
  if (high != -1) region.high = high;
  region = line.validated(region);
}

}  // namespace

bool is_audacity_line(const LabelLine& first) {
  return first.text().find('\t') != std::string::npos;
}

std::vector<Region> audacity_regions(const std::vector<LabelLine>& lines) {
  std::vector<Region> regions;
  bool takes_frequencies = false;
  for (const LabelLine& line : lines) {
    if (line.text().front() == '\\') {
      if (!takes_frequencies) line.fail("frequencies, but no label before them; remove the line");
      take_frequencies(line, regions.back());
      takes_frequencies = false;
      continue;
    }
    const std::vector<std::string> fields = line.split('\t');
    if (fields.size() < 2 || fields.size() > 3)
      line.fail(fmt::format("'{}': must be begin, end and label, with tabs between them",
                            printable(line.text())));
    Region region;
    region.begin = line.number(fields[0], "begin");
    region.end = line.number(fields[1], "end");
    if (fields.size() == 3) region.label = fields[2];
    regions.push_back(line.validated(region));
    takes_frequencies = true;
  }
  return regions;
}

}  // namespace nmfsep
