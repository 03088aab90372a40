#pragma once

#include <string>
#include <string_view>

namespace nmfsep {

/// The β-divergence d(x|m) that is summed over V and W·H (Févotte & Idier, 2011, equation 3):
///   β = 1  Kullback-Leibler  x·log(x/m) − x + m
///   β = 0  Itakura-Saito     x/m − log(x/m) − 1
///   β = 2  Euclidean         (x − m)² / 2
///   else   (x^β + (β−1)·m^β − β·x·m^(β−1)) / (β(β−1))
struct Divergence {
  double beta = 1;  ///< from 0 to 3

  /// The exponent γ(β) on the ratio with which an update never raises the cost (theorem 2 there).
  double update_exponent() const;

  /// How many times as long as the multiplicative step an over-relaxed one is. Twice as long would
  /// still never raise the cost for β ≤ 2, √3 times for β = 3, but only below twice does it settle.
  double relaxation() const;

  bool operator==(const Divergence&) const = default;
};

/// "kl", "is", "euclidean", or "beta=0.5".
std::string to_string(Divergence divergence);

/// The inverse of to_string. Throws InvalidArgument for another text or a β outside 0 to 3.
Divergence divergence_from_string(std::string_view text);

}  // namespace nmfsep
