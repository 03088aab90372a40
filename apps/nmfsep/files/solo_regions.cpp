#include "files/solo_regions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/guidance/label_file.hpp"

namespace nmfsep::cli {
namespace {

void refuse_unless_labelled(const std::vector<Region>& regions, const SoloRequest& request) {
  const std::vector<std::string> labels = labels_of(regions);
  if (std::find(labels.begin(), labels.end(), request.only) == labels.end())
    throw InvalidArgument(fmt::format("--label {}: is no label in {}; there {} {}",
                                      printable(request.only), nmfsep::quoted(request.labels),
                                      labels.size() == 1 ? "is" : "are",
                                      printable(fmt::format("{}", fmt::join(labels, ", ")))));
}

/// Throws for what cannot be learnt from.
void validate(const Region& region, const SoloRequest& request) {
  const std::string place = fmt::format("{}:{}", nmfsep::quoted(request.labels), region.line);
  if (region.end <= region.begin)
    throw FileError(fmt::format(
        "{}: '{}' is a point at {} s and has no sound; drag it to a region, or remove it", place,
        printable(region.label), region.begin));
  try {
    validate_source_name(region.label);
  } catch (const InvalidArgument& fault) {
    throw FileError(fmt::format("{}: {}; rename the label", place, fault.what()));
  }
}

/// Where a source is learnt from more than itself.
void warn(const std::vector<Region>& regions, const std::vector<Region>& learnt,
          const SoloRequest& request, Console& console) {
  const std::string file = nmfsep::quoted(request.labels);
  for (const auto& [first, second] : shared_times(regions))
    if (request.only.empty() || first.label == request.only || second.label == request.only)
      console.warning(fmt::format(
          "{}: '{}' (line {}) and '{}' (line {}) share {:.2f} to {:.2f} s, where neither is alone",
          file, printable(first.label), first.line, printable(second.label), second.line,
          second.begin, std::min(first.end, second.end)));
  const auto bounded = std::find_if(learnt.begin(), learnt.end(),
                                    [](const Region& region) { return region.has_frequencies(); });
  if (bounded != learnt.end())
    console.warning(fmt::format("{}:{}: has frequencies; '{}' is learnt from all of them there",
                                file, bounded->line, printable(bounded->label)));
}

}  // namespace

std::vector<SourceRecordings> solo_regions(const std::filesystem::path& recording,
                                           const SoloRequest& request, Console& console) {
  const std::vector<Region> regions = read_regions(request.labels);
  if (!request.only.empty()) refuse_unless_labelled(regions, request);
  std::vector<Region> learnt = regions;
  std::erase_if(learnt, [&](const Region& region) {
    return !request.only.empty() && region.label != request.only;
  });
  for (const Region& region : learnt) validate(region, request);
  warn(regions, learnt, request, console);
  std::vector<SourceRecordings> sources;
  for (const std::string& label : labels_of(learnt)) {
    const bool renamed = !request.only.empty() && !request.name.empty();
    sources.push_back({renamed ? request.name : label, {recording}, excerpts_of(learnt, label)});
  }
  return sources;
}

}  // namespace nmfsep::cli
