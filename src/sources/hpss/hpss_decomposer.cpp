#include "nmfsep/sources/hpss/hpss_decomposer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr int longest = 999;  // frames or bins of a median

/// A place in 0 to n − 1 for one beyond, as if a mirror stood at the edges: … 1 0 | 0 1 … n−1 | n−1
/// …
Index reflected(Index place, Index n) {
  while (place < 0 || place >= n) place = place < 0 ? -place - 1 : 2 * n - 1 - place;
  return place;
}

/// The values of a window, in order.
class SortedWindow {
 public:
  void insert(float value) {
    values_.insert(std::upper_bound(values_.begin(), values_.end(), value), value);
  }
  void erase(float value) {
    values_.erase(std::lower_bound(values_.begin(), values_.end(), value));
  }
  float median() const { return values_[values_.size() / 2]; }
  void clear() { values_.clear(); }

 private:
  std::vector<float> values_;
};

/// The median of the `length` values about each, `length` odd. `result` is as long as `values`.
template <typename Values, typename Result>
void filter_by_median(const Values& values, Index length, Result result) {
  const Index n = values.size();
  const Index half = length / 2;
  SortedWindow window;
  for (Index i = -half; i <= half; ++i) window.insert(values(reflected(i, n)));
  for (Index i = 0; i < n; ++i) {
    result(i) = window.median();
    if (i + 1 == n) break;
    window.erase(values(reflected(i - half, n)));
    window.insert(values(reflected(i + half + 1, n)));
  }
}

/// How much of a bin is `part` rather than `other`: 0 to 1, `both_zero` where neither is anything.
float soft_mask(float part, float other, float exponent, float both_zero) {
  const float larger = std::max(part, other);
  if (larger < std::numeric_limits<float>::min()) return both_zero;
  const float own = std::pow(part / larger, exponent);
  return own / (own + std::pow(other / larger, exponent));
}

}  // namespace

void HpssOptions::validate() const {
  const auto check = [](const char* field, double value, bool valid, const char* rule) {
    if (!valid) throw InvalidArgument(fmt::format("{} = {}, must be {}", field, value, rule));
  };
  for (const int length : {harmonic_frames, percussive_bins})
    check("hpss kernel", length, length >= 3 && length <= longest && length % 2 == 1,
          "odd, 3 to 999");
  for (const double margin : {harmonic_margin, percussive_margin})
    check("hpss margin", margin, margin >= 1 && std::isfinite(margin), "at least 1");
  check("mask exponent", mask_exponent, mask_exponent > 0 && std::isfinite(mask_exponent),
        "positive and finite");
}

HpssDecomposer::HpssDecomposer(const HpssOptions& options) : options_(options) {
  options_.validate();
}

std::vector<std::string> HpssDecomposer::source_names() const {
  if (has_residual()) return {"harmonic", "percussive", "residual"};
  return {"harmonic", "percussive"};
}

Decomposition HpssDecomposer::decompose(const MixtureBlock& block,
                                        const ProgressCallback& progress) const {
  const MatrixView& V = block.V;
  if (block.channels < 1 || V.cols() % block.channels != 0)
    throw InvalidArgument(
        fmt::format("{} frames are not those of {} channels", V.cols(), block.channels));
  Decomposition result;
  for (const std::string& name : source_names())
    result.sources.push_back({name, Matrix(V.rows(), V.cols())});
  Matrix& harmonic = result.sources[0].magnitudes;
  Matrix& percussive = result.sources[1].magnitudes;
  const Index frames = V.cols() / block.channels;
  for (Index channel = 0; channel < block.channels; ++channel)
    for (Index bin = 0; bin < V.rows(); ++bin) {
      if (bin % 64 == 0)
        report(progress, {"separate", channel * V.rows() + bin, 2 * block.channels * V.rows(), {}});
      filter_by_median(V.row(bin).segment(channel * frames, frames), options_.harmonic_frames,
                       harmonic.row(bin).segment(channel * frames, frames));
    }
  for (Index column = 0; column < V.cols(); ++column) {
    if (column % 16 == 0) report(progress, {"separate", V.cols() + column, 2 * V.cols(), {}});
    filter_by_median(V.col(column), options_.percussive_bins, percussive.col(column));
  }
  mask(result.sources);
  result.are_masks = true;
  return result;
}

/// Turns the filtered magnitudes into masks.
void HpssDecomposer::mask(std::vector<SourceEstimate>& sources) const {
  const auto exponent = static_cast<float>(options_.mask_exponent);
  const auto harmonic_margin = static_cast<float>(options_.harmonic_margin);
  const auto percussive_margin = static_cast<float>(options_.percussive_margin);
  const float both_zero = has_residual() ? 0 : 0.5F;
  for (Index i = 0; i < sources[0].magnitudes.size(); ++i) {
    float& harmonic = sources[0].magnitudes(i);
    float& percussive = sources[1].magnitudes(i);
    const float H = soft_mask(harmonic, percussive * harmonic_margin, exponent, both_zero);
    const float P = soft_mask(percussive, harmonic * percussive_margin, exponent, both_zero);
    harmonic = H;
    percussive = P;
    if (has_residual()) sources[2].magnitudes(i) = std::max(0.0F, 1 - H - P);
  }
}

}  // namespace nmfsep
