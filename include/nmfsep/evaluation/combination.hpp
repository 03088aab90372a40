#pragma once

#include <optional>
#include <span>
#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// Inner products of K estimates and S references, over all samples and channels.
struct InnerProducts {
  Eigen::MatrixXd estimates;   ///< K × K: ⟨e_k, e_l⟩
  Eigen::MatrixXd crossed;     ///< K × S: ⟨e_k, s_j⟩
  Eigen::VectorXd references;  ///< S: |s_j|²
};

/// Reads all signals once, in blocks. They are equally long and have equally many channels.
InnerProducts inner_products(std::span<SignalReader* const> references,
                             std::span<SignalReader* const> estimates);

/// Which estimates are summed for which reference: each is of one, and each reference has some.
struct Combination {
  std::vector<std::size_t> reference_of;  ///< of each estimate
  double mean_sdr = 0;  ///< over references, 10 log10(|s|² / |s − Σe|²), |·|² raised by 1e-7
};

/// The loudest first, each to the reference where the mean SDR rises most; then single estimates
/// move while it rises. Throws InvalidArgument where there are fewer estimates than references.
Combination greedy_combination(const InnerProducts& products);

/// The best of all S^K, or none where these are more than `most_combinations`. Throws as above.
std::optional<Combination> best_combination(const InnerProducts& products);

inline constexpr double most_combinations = 1 << 24;

}  // namespace nmfsep
