#include "nmfsep/evaluation/summary.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace nmfsep {

Score summarise(std::span<const Score> scores, Statistic statistic) {
  std::vector<double> values;
  for (const Score& score : scores)
    if (score) values.push_back(*score);
  if (values.empty()) return {};
  if (statistic == Statistic::mean)
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2.0;
}

}  // namespace nmfsep
