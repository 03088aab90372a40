#include "nmfsep/evaluation/combination.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr double energy_floor = 1e-7;
constexpr Index block_samples = 1 << 16;

/// All signals of `readers` for the next samples, a column each, channel after channel.
Eigen::MatrixXd next_columns(std::span<SignalReader* const> readers, Index count) {
  Eigen::MatrixXd columns(count * readers.front()->channels(), static_cast<Index>(readers.size()));
  for (std::size_t i = 0; i < readers.size(); ++i)
    columns.col(static_cast<Index>(i)) = readers[i]->next(count).reshaped();
  return columns;
}

/// Sums of estimates, one a reference, and what is left of each reference beside its sum.
class Sums {
 public:
  explicit Sums(const InnerProducts& products)
      : products_(products),
        left_(products.references),
        members_(Eigen::MatrixXd::Zero(products.crossed.rows(), products.crossed.cols())),
        counts_(static_cast<std::size_t>(products.crossed.cols())) {}

  void add(Index estimate, Index reference) { change(estimate, reference, 1); }
  void take(Index estimate, Index reference) { change(estimate, reference, -1); }

  Index count(Index reference) const { return counts_[static_cast<std::size_t>(reference)]; }
  Index references() const { return left_.size(); }
  Index empty() const { return std::count(counts_.begin(), counts_.end(), 0); }

  double mean_sdr() const {
    double sum = 0;
    for (Index j = 0; j < left_.size(); ++j)
      sum += std::log10((products_.references[j] + energy_floor) /
                        (std::max(left_[j], 0.0) + energy_floor));
    return 10 * sum / static_cast<double>(left_.size());
  }

 private:
  /// |s − E ∓ e|² = |s − E|² ∓ 2⟨e, s − E⟩ + |e|², E without e.
  void change(Index k, Index j, int sign) {
    if (sign < 0) members_.col(j) -= products_.estimates.col(k);
    left_[j] += sign * (products_.estimates(k, k) - 2 * (products_.crossed(k, j) - members_(k, j)));
    if (sign > 0) members_.col(j) += products_.estimates.col(k);
    counts_[static_cast<std::size_t>(j)] += sign;
  }

  const InnerProducts& products_;
  Eigen::VectorXd left_;     ///< |s_j − E_j|²
  Eigen::MatrixXd members_;  ///< K × S: ⟨e_k, E_j⟩
  std::vector<Index> counts_;
};

void require_enough(const InnerProducts& products) {
  if (products.crossed.rows() < products.crossed.cols())
    throw InvalidArgument("combination: there are fewer estimates than references");
}

/// Where `estimate`, which is in no sum, makes the mean SDR best. If `must_fill`, only where there
/// is none yet.
Index best_place(Sums& sums, Index estimate, bool must_fill) {
  Index best = 0;
  double best_sdr = -std::numeric_limits<double>::infinity();
  for (Index j = 0; j < sums.references(); ++j) {
    if (must_fill && sums.count(j) > 0) continue;
    sums.add(estimate, j);
    const double sdr = sums.mean_sdr();
    sums.take(estimate, j);
    if (sdr > best_sdr) best = j, best_sdr = sdr;
  }
  return best;
}

/// Moves single estimates while the mean SDR rises; `places` says where they are.
void improve(Sums& sums, std::vector<std::size_t>& places) {
  constexpr double least_gain = 1e-9;  // dB: what rounding may feign
  for (bool moved = true; moved;) {
    moved = false;
    for (Index k = 0; k < static_cast<Index>(places.size()); ++k) {
      std::size_t& place = places[static_cast<std::size_t>(k)];
      const auto old = static_cast<Index>(place);
      if (sums.count(old) == 1) continue;
      const double before = sums.mean_sdr();
      sums.take(k, old);
      const Index chosen = best_place(sums, k, false);
      sums.add(k, chosen);
      moved = moved || (chosen != old && sums.mean_sdr() > before + least_gain);
      place = static_cast<std::size_t>(chosen);
    }
  }
}

/// All ways to add the estimates from `next` on, depth first.
class Search {
 public:
  explicit Search(const InnerProducts& products)
      : sums_(products), estimates_(products.crossed.rows()), references_(products.crossed.cols()) {
    best_.mean_sdr = -std::numeric_limits<double>::infinity();
    places_.resize(static_cast<std::size_t>(estimates_));
  }

  Combination best() {
    descend(0);
    return best_;
  }

 private:
  void descend(Index next) {
    if (sums_.empty() > estimates_ - next) return;
    if (next == estimates_) {
      const double sdr = sums_.mean_sdr();
      if (sdr > best_.mean_sdr) best_ = {places_, sdr};
      return;
    }
    for (Index j = 0; j < references_; ++j) {
      places_[static_cast<std::size_t>(next)] = static_cast<std::size_t>(j);
      sums_.add(next, j);
      descend(next + 1);
      sums_.take(next, j);
    }
  }

  Sums sums_;
  Index estimates_, references_;
  std::vector<std::size_t> places_;
  Combination best_;
};

}  // namespace

InnerProducts inner_products(std::span<SignalReader* const> references,
                             std::span<SignalReader* const> estimates) {
  std::vector<SignalReader*> all(references.begin(), references.end());
  all.insert(all.end(), estimates.begin(), estimates.end());
  for (SignalReader* reader : all) reader->rewind();
  const auto count = static_cast<Index>(all.size());
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(count, count);
  const Index samples = all.front()->samples();
  for (Index first = 0; first < samples; first += block_samples) {
    const Eigen::MatrixXd columns = next_columns(all, std::min(block_samples, samples - first));
    products += columns.transpose() * columns;
  }
  const auto S = static_cast<Index>(references.size());
  const Index K = count - S;
  return {products.bottomRightCorner(K, K), products.bottomLeftCorner(K, S),
          products.diagonal().head(S)};
}

Combination greedy_combination(const InnerProducts& products) {
  require_enough(products);
  const Index K = products.crossed.rows();
  std::vector<Index> order(static_cast<std::size_t>(K));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
    return products.estimates(a, a) > products.estimates(b, b);
  });
  Sums sums(products);
  std::vector<std::size_t> places(order.size());
  Index left = K;
  for (const Index k : order) {
    const Index place = best_place(sums, k, sums.empty() == left--);
    sums.add(k, place);
    places[static_cast<std::size_t>(k)] = static_cast<std::size_t>(place);
  }
  improve(sums, places);
  return {std::move(places), sums.mean_sdr()};
}

std::optional<Combination> best_combination(const InnerProducts& products) {
  require_enough(products);
  const auto S = static_cast<double>(products.crossed.cols());
  if (std::pow(S, static_cast<double>(products.crossed.rows())) > most_combinations) return {};
  return Search(products).best();
}

}  // namespace nmfsep
