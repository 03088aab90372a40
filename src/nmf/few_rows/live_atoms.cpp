#include "nmf/few_rows/live_atoms.hpp"

#include <algorithm>
#include <numeric>

namespace nmfsep {
namespace {

/// Gathering takes about as long as a fifth of an update's work on what it leaves out.
constexpr double worth_gathering = 0.8;

}  // namespace

LiveAtoms::LiveAtoms(const std::vector<Index>& sources, const TileAtoms& all, Index lanes)
    : sources_(sources),
      all_(all),
      lanes_(lanes),
      least_(static_cast<std::size_t>(lanes)),
      W_(static_cast<std::size_t>(all.rows * all.components)),
      sums_(static_cast<std::size_t>(all.components)) {
  reset();
}

void LiveAtoms::reset() {
  live_.resize(static_cast<std::size_t>(all_.components));
  std::iota(live_.begin(), live_.end(), Index{0});
  counts_ = sources_;
}

void LiveAtoms::prune(float part, float* B) {
  for (const Index count : counts_) {
    std::fill(least_.begin(), least_.end(), 0.0F);
    for (Index k = 0; k < count; ++k)
      for (Index lane = 0; lane < lanes_; ++lane)
        least_[static_cast<std::size_t>(lane)] += B[k * lanes_ + lane];
    for (float& sum : least_) sum *= part;
    for (Index k = 0; k < count; ++k)
      for (Index lane = 0; lane < lanes_; ++lane) {
        float& b = B[k * lanes_ + lane];
        b = b < least_[static_cast<std::size_t>(lane)] ? 0.0F : b;
      }
    B += count * lanes_;
  }
}

bool LiveAtoms::gather(float* B) {
  std::vector<Index> kept;  // places among the live
  for (Index k = 0; k < static_cast<Index>(live_.size()); ++k)
    if (std::any_of(B + k * lanes_, B + (k + 1) * lanes_, [](float b) { return b > 0; }))
      kept.push_back(k);
  if (static_cast<double>(kept.size()) >= worth_gathering * static_cast<double>(live_.size()))
    return false;
  move(kept, B);
  return true;
}

/// In place, row by row: nothing moves to a later place.
void LiveAtoms::move(const std::vector<Index>& kept, float* B) {
  const TileAtoms from = atoms();
  const auto count = static_cast<Index>(kept.size());
  for (Index row = 0; row < all_.rows; ++row) {
    const float* atoms = from.W + row * from.components;
    float* gathered = W_.data() + row * count;
    for (Index i = 0; i < count; ++i) gathered[i] = atoms[kept[static_cast<std::size_t>(i)]];
  }
  std::vector<Index> live;
  std::fill(counts_.begin(), counts_.end(), Index{0});
  std::size_t source = 0;
  Index end = sources_.front();
  for (Index i = 0; i < count; ++i) {
    const Index k = kept[static_cast<std::size_t>(i)];
    const Index place = live_[static_cast<std::size_t>(k)];
    while (place >= end) end += sources_[++source];
    ++counts_[source];
    live.push_back(place);
    sums_[static_cast<std::size_t>(i)] = all_.sums[place];
    std::copy_n(B + k * lanes_, lanes_, B + i * lanes_);
  }
  live_ = std::move(live);
}

TileAtoms LiveAtoms::atoms() const {
  const auto count = static_cast<Index>(live_.size());
  if (count == all_.components) return all_;
  return {W_.data(), all_.rows, count, sums_.data()};
}

}  // namespace nmfsep
