#include "nmfsep/guidance/region.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace nmfsep {

bool Region::has_frequencies() const { return low > 0 || std::isfinite(high); }

std::vector<std::string> labels_of(const std::vector<Region>& regions) {
  std::vector<std::string> labels;
  for (const Region& region : regions)
    if (std::find(labels.begin(), labels.end(), region.label) == labels.end())
      labels.push_back(region.label);
  return labels;
}

std::vector<Excerpt> excerpts_of(const std::vector<Region>& regions, const std::string& label) {
  std::vector<std::pair<double, double>> times;
  for (const Region& region : regions)
    if (region.label == label && region.end > region.begin)
      times.emplace_back(region.begin, region.end);
  std::sort(times.begin(), times.end());
  std::vector<Excerpt> excerpts;
  for (std::size_t i = 0; i < times.size();) {
    double end = times[i].second;
    std::size_t next = i + 1;
    for (; next < times.size() && times[next].first <= end; ++next)
      end = std::max(end, times[next].second);
    excerpts.push_back({times[i].first, end - times[i].first});
    i = next;
  }
  return excerpts;
}

std::vector<SharedTime> shared_times(const std::vector<Region>& regions) {
  std::vector<const Region*> sorted;
  for (const Region& region : regions) sorted.push_back(&region);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Region* a, const Region* b) { return a->begin < b->begin; });
  std::vector<SharedTime> shared;
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t i = 0; i < sorted.size(); ++i)
    for (std::size_t j = i + 1; j < sorted.size() && sorted[j]->begin < sorted[i]->end; ++j) {
      const auto& [a, b] = std::minmax(sorted[i]->label, sorted[j]->label);
      if (a != b && sorted[j]->end > sorted[j]->begin && seen.emplace(a, b).second)
        shared.push_back({*sorted[i], *sorted[j]});
    }
  return shared;
}

}  // namespace nmfsep
