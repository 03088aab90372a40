#include "nmf/few_rows/live_atoms.hpp"

#include <algorithm>
#include <numeric>

namespace nmfsep {
namespace {

/// Gathering takes about a tenth of the updates that follow until the next.
constexpr double worth_gathering = 0.9;

}  // namespace

void drop_faint(const std::vector<Index>& counts, float part, float* b) {
  for (const Index count : counts) {
    const float least = part * std::accumulate(b, b + count, 0.0F);
    for (Index k = 0; k < count; ++k) b[k] = b[k] < least ? 0.0F : b[k];
    b += count;
  }
}

LiveAtoms::LiveAtoms(const std::vector<Index>& sources, const TileAtoms& all)
    : sources_(sources),
      all_(all),
      W_(in_whole_runs(all.rows) * all.components),
      sums_(static_cast<std::size_t>(all.components)) {
  reset();
}

void LiveAtoms::reset() {
  live_.resize(static_cast<std::size_t>(all_.components));
  std::iota(live_.begin(), live_.end(), Index{0});
  counts_ = sources_;
}

bool LiveAtoms::gather(float* b) {
  std::vector<Index> kept;  // places among the live
  for (Index k = 0; k < static_cast<Index>(live_.size()); ++k)
    if (b[k] > 0) kept.push_back(k);
  if (static_cast<double>(kept.size()) >= worth_gathering * static_cast<double>(live_.size()))
    return false;
  move(kept, b);
  return true;
}

/// In place, run by run: nothing moves to a later place.
void LiveAtoms::move(const std::vector<Index>& kept, float* b) {
  const TileAtoms from = atoms();
  float* gathered = W_.data();
  for (Index row = 0; row < all_.rows; row += single_run)
    for (const Index k : kept)
      gathered = std::copy_n(from.W + row * from.components + k * single_run, single_run, gathered);
  std::fill(counts_.begin(), counts_.end(), Index{0});
  std::size_t source = 0;
  Index end = sources_.front();
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const Index place = live_[static_cast<std::size_t>(kept[i])];
    while (place >= end) end += sources_[++source];
    ++counts_[source];
    live_[i] = place;
    sums_[i] = all_.sums[place];
    b[i] = b[kept[i]];
  }
  live_.resize(kept.size());
}

TileAtoms LiveAtoms::atoms() const {
  const auto count = static_cast<Index>(live_.size());
  if (count == all_.components) return all_;
  return {W_.data(), all_.rows, count, sums_.data()};
}

}  // namespace nmfsep
