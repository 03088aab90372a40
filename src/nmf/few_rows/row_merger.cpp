#include "nmf/few_rows/row_merger.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace nmfsep {
namespace {

constexpr Index lanes = 8;           // sums that run beside each other, in any vectors
constexpr Index most_sampled = 200;  // atoms: more merge the same rows

/// log x for x ≥ 0, to 1e-7 of itself and finite at 0: plain operations that compilers turn into
/// vectors, since the C library's logarithm differs from machine to machine.
inline float logarithm(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t power = (bits - 0x3F2AAAAB) >> 23;  // of 2; the mantissa is 2/3 to 4/3
  const float f = std::bit_cast<float>(bits - power * (1 << 23)) - 1;
  // (log(1 + f) − f) / f² as in divergence-inl.hpp.
  float p = 0.14026251F;
  p = p * f - 0.15388559F;
  p = p * f + 0.13995828F;
  p = p * f - 0.16415957F;
  p = p * f + 0.20011167F;
  p = p * f - 0.2500782F;
  p = p * f + 0.33333197F;
  p = p * f - 0.49999937F;
  return static_cast<float>(power) * 0.69314718F + (f + f * f * p);
}

/// Σ_k a_k·log(a_k/A) of the sum of two rows, A their sum.
double known_of(const float* first, const float* second, Index width) {
  float logs[lanes] = {};
  float sums[lanes] = {};
  for (Index k = 0; k < width; k += lanes)
    for (Index lane = 0; lane < lanes; ++lane) {
      const float x = first[k + lane] + second[k + lane];
      logs[lane] += x * logarithm(x);
      sums[lane] += x;
    }
  double log_sum = 0;
  float sum = 0;
  for (Index lane = 0; lane < lanes; ++lane) {
    log_sum += static_cast<double>(logs[lane]);
    sum += sums[lane];
  }
  return log_sum - static_cast<double>(sum * logarithm(sum));
}

}  // namespace

RowMerger::RowMerger(const std::vector<MatrixView>& atoms, Index spans)
    : count_(atoms.front().rows()), span_(count_ / spans), left_(count_) {
  sample(atoms);
  const auto size = static_cast<std::size_t>(count_);
  next_.resize(size);
  previous_.resize(size);
  known_.resize(size);
  known_merged_.resize(size);
  versions_.assign(size, 0);
  const std::vector<float> nothing(static_cast<std::size_t>(width_), 0.0F);
  tbb::parallel_for(Index{0}, count_, [&](Index r) {
    const auto at = static_cast<std::size_t>(r);
    next_[at] = r + 1;
    previous_[at] = r - 1;
    known_[at] = known_of(row(r), nothing.data(), width_);
    if ((r + 1) % span_ != 0) known_merged_[at] = known_of(row(r), row(r + 1), width_);
  });
  for (Index r = 0; r < count_; ++r) propose(r);
}

void RowMerger::sample(const std::vector<MatrixView>& atoms) {
  Index all = 0;
  for (const MatrixView& part : atoms) all += part.cols();
  const Index step = std::max<Index>(1, all / most_sampled);
  const Index sampled = (all + step - 1) / step;
  width_ = (sampled + lanes - 1) / lanes * lanes;
  rows_.assign(static_cast<std::size_t>(count_ * width_), 0.0F);
  Index column = 0;
  Index place = 0;
  for (const MatrixView& part : atoms)
    for (Index k = 0; k < part.cols(); ++k)
      if (column++ % step == 0) {
        for (Index r = 0; r < count_; ++r)
          rows_[static_cast<std::size_t>(r * width_ + place)] = part(r, k);
        ++place;
      }
}

/// The pair of the group at `left` with the next as it is now, whose merged knowledge is known.
void RowMerger::propose(Index left) {
  const auto at = static_cast<std::size_t>(left);
  const Index right = next_[at];
  if (right == count_ || right % span_ == 0) return;
  const double loss = known_[at] + known_[static_cast<std::size_t>(right)] - known_merged_[at];
  candidates_.push({std::max(loss, 0.0), left, versions_[at]});
}

void RowMerger::merge_to(Index rows) {
  while (left_ > rows && !candidates_.empty()) {
    const Candidate best = candidates_.top();
    candidates_.pop();
    if (best.version == versions_[static_cast<std::size_t>(best.left)]) merge(best.left);
  }
}

void RowMerger::merge(Index left) {
  const auto at = static_cast<std::size_t>(left);
  const Index right = next_[at];
  float* sums = rows_.data() + static_cast<std::size_t>(left * width_);
  for (Index k = 0; k < width_; ++k) sums[k] += row(right)[k];
  known_[at] = known_merged_[at];
  next_[at] = next_[static_cast<std::size_t>(right)];
  if (next_[at] < count_) previous_[static_cast<std::size_t>(next_[at])] = left;
  versions_[static_cast<std::size_t>(right)] = -1;
  --left_;
  for (const Index first : {previous_[at], left}) {
    if (first < 0) continue;
    const auto place = static_cast<std::size_t>(first);
    const Index second = next_[place];
    ++versions_[place];
    if (second == count_ || second % span_ == 0) continue;
    known_merged_[place] = known_of(row(first), row(second), width_);
    propose(first);
  }
}

std::vector<Index> RowMerger::starts() const {
  std::vector<Index> result;
  for (Index r = 0; r < count_; r = next_[static_cast<std::size_t>(r)]) result.push_back(r);
  result.push_back(count_);
  return result;
}

}  // namespace nmfsep
