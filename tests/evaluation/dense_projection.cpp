#include "evaluation/dense_projection.hpp"

#include <algorithm>

#include "evaluation/extended/extended_kernels.hpp"

namespace nmfsep::test {

namespace {

constexpr Index block_columns = 32;

/// Channels with silence before and behind, so that a delayed one is a column with another start.
class Delays {
 public:
  Delays(const std::vector<Signal>& signals, Index taps)
      : samples_(signals[0].rows()), taps_(taps) {
    for (const Signal& signal : signals)
      for (Index c = 0; c < signal.cols(); ++c) {
        Eigen::VectorXd padded =
            Eigen::VectorXd::Zero(samples_ + 2 * (taps - 1) + 2 * kernels::row_padding);
        padded.segment(taps - 1, samples_) = signal.col(c);
        channels_.push_back(std::move(padded));
      }
    zeros_ = Eigen::VectorXd::Zero(channels_[0].size());
  }

  Index channels() const { return static_cast<Index>(channels_.size()); }

  /// Σ_t this(t) other(t + lag), at row taps - 1 + lag for lags of -(taps - 1) to taps - 1.
  ExtendedMatrix correlations(Index channel, Delays& other, Index other_channel) {
    kernels::ExtendedPanel moved = other.panel(other_channel, 0);
    moved.columns = 2 * taps_ - 1;
    return kernels::inner(moved, panel(channel, taps_ - 1), samples_);
  }

 private:
  kernels::ExtendedPanel panel(Index channel, Index start) {
    return {.high = channels_[static_cast<std::size_t>(channel)].data() + start,
            .low = zeros_.data(),
            .stride = 1,
            .columns = 1};
  }

  Index samples_;
  Index taps_;
  std::vector<Eigen::VectorXd> channels_;
  Eigen::VectorXd zeros_;
};

/// The lower triangle of the normal equations, below it a row for each channel of the estimates.
/// The factorisation leaves in such a row L⁻¹ d: the sum of its squares is the energy of the
/// projection.
class NormalEquations {
 public:
  NormalEquations(Delays& references, Delays& estimates, Index taps)
      : unknowns_(references.channels() * taps),
        rows_(unknowns_ + estimates.channels()),
        entries_(rows_ + kernels::row_padding + 8, unknowns_) {
    for (Index j = 0; j < references.channels(); ++j) {
      for (Index i = j; i < references.channels(); ++i)
        fill(j, i * taps, references.correlations(j, references, i), taps);
      for (Index q = 0; q < estimates.channels(); ++q)
        fill_row(j, unknowns_ + q, references.correlations(j, estimates, q), taps);
    }
  }

  /// The energies that the references explain, of each channel of the estimates.
  std::vector<DoubleDouble> explained() {
    std::vector<DoubleDouble> full;
    for (Index j = 0; j < unknowns_; ++j) full.push_back(entries_(j, j));
    for (Index first = 0; first < unknowns_; first += block_columns) {
      const Index columns = std::min(block_columns, unknowns_ - first);
      for (Index j = first; j < first + columns; ++j)
        finish(j, first + columns, full[static_cast<std::size_t>(j)]);
      for (Index next = first + columns; next < unknowns_; next += block_columns)
        take_off(first, columns, next, std::min(block_columns, unknowns_ - next));
    }
    std::vector<DoubleDouble> energies;
    for (Index row = unknowns_; row < rows_; ++row) {
      energies.emplace_back();
      for (Index j = 0; j < unknowns_; ++j) energies.back() += entries_(row, j) * entries_(row, j);
    }
    return energies;
  }

 private:
  /// Delay b of reference j against delay a of the reference whose rows start at `row`:
  /// Σ_t r_i(t - a) r_j(t - b) is that of lag b - a.
  void fill(Index j, Index row, const ExtendedMatrix& lags, Index taps) {
    for (Index b = 0; b < taps; ++b)
      for (Index a = 0; a < taps; ++a)
        entries_.set(row + a, j * taps + b, lags(taps - 1 + b - a, 0));
  }

  void fill_row(Index j, Index row, const ExtendedMatrix& lags, Index taps) {
    for (Index b = 0; b < taps; ++b) entries_.set(row, j * taps + b, lags(taps - 1 + b, 0));
  }

  kernels::ExtendedPanel panel(Index row, Index column, Index columns) {
    return {.high = &entries_.high(row, column),
            .low = &entries_.low(row, column),
            .stride = entries_.high.rows(),
            .columns = columns};
  }

  /// Column `j` of the factor, taken off the columns up to `end`.
  void finish(Index j, Index end, const DoubleDouble& full) {
    const DoubleDouble left = entries_(j, j);
    const bool explains = left > full * 1e-23;
    const DoubleDouble scale = explains ? DoubleDouble(1.0) / sqrt(left) : DoubleDouble(0.0);
    for (Index row = j; row < rows_; ++row) entries_.set(row, j, entries_(row, j) * scale);
    if (j + 1 < end) take_off(j, 1, j + 1, end - j - 1);
  }

  /// What the finished `columns` from `first` on explain, taken off others.
  void take_off(Index first, Index columns, Index other, Index others) {
    ExtendedMatrix weights(columns, others);
    for (Index i = 0; i < columns; ++i)
      for (Index j = 0; j < others; ++j) weights.set(i, j, entries_(other + j, first + i));
    kernels::subtract_product(panel(other, other, others), panel(other, first, columns), weights,
                              rows_ - other);
  }

  Index unknowns_;
  Index rows_;
  ExtendedMatrix entries_;
};

DoubleDouble product(const Signal& a, const Signal& b) {
  DoubleDouble sum;
  for (Index c = 0; c < a.cols(); ++c)
    for (Index t = 0; t < a.rows(); ++t) sum += DoubleDouble(a(t, c)) * DoubleDouble(b(t, c));
  return sum;
}

std::vector<DoubleDouble> explained(const std::vector<Signal>& references,
                                    const std::vector<Signal>& estimates, Index taps) {
  Delays delayed(references, taps);
  Delays right_sides(estimates, taps);
  return NormalEquations(delayed, right_sides, taps).explained();
}

}  // namespace

std::vector<ProjectedEnergies> dense_projection(const std::vector<Signal>& references,
                                                const std::vector<Signal>& estimates, Index taps) {
  const std::vector<DoubleDouble> by_all = explained(references, estimates, taps);
  const auto channels = static_cast<std::size_t>(references[0].cols());
  std::vector<ProjectedEnergies> result;
  for (std::size_t j = 0; j < references.size(); ++j) {
    ProjectedEnergies energies;
    energies.reference = product(references[j], references[j]);
    energies.estimate = product(estimates[j], estimates[j]);
    energies.of_both = product(references[j], estimates[j]);
    for (const DoubleDouble& energy : explained({references[j]}, {estimates[j]}, taps))
      energies.target += energy;
    for (std::size_t c = 0; c < channels; ++c) energies.all_explained += by_all[j * channels + c];
    result.push_back(energies);
  }
  return result;
}

}  // namespace nmfsep::test
