#include "tile.hpp"

#include <algorithm>
#include <cmath>

namespace nmfsep {

float scale_for(float largest) {
  if (largest <= 0) return 1;
  return std::ldexp(1.0F, std::clamp(-std::ilogb(largest), -126, 100));
}

Tile::Tile(Index bins, Index components)
    : bins_(bins),
      components_(components),
      V_(static_cast<std::size_t>(bins * width)),
      model_(V_.size()),
      ratio_(V_.size()),
      H_(static_cast<std::size_t>(components * width)),
      numerator_(H_.size()) {}

void Tile::load(const MatrixView& V, const VectorView& scales) {
  std::fill(V_.begin(), V_.end(), 0.0F);
  for (Index lane = 0; lane < V.cols(); ++lane)
    for (Index bin = 0; bin < bins_; ++bin) {
      const float value = V(bin, lane) * scales(lane);
      V_[static_cast<std::size_t>(bin * width + lane)] = value < spectrum_floor ? 0 : value;
    }
}

void Tile::compute_ratio(const RowMatrix& W) {
  for (Index bin = 0; bin < bins_; ++bin) {
    float* model = &model_[static_cast<std::size_t>(bin * width)];
    std::fill_n(model, width, model_floor);
    for (Index k = 0; k < components_; ++k) {
      const float w = W(bin, k);
      const float* h = &H_[static_cast<std::size_t>(k * width)];
      for (Index lane = 0; lane < width; ++lane) model[lane] += w * h[lane];
    }
    const float* v = &V_[static_cast<std::size_t>(bin * width)];
    float* ratio = &ratio_[static_cast<std::size_t>(bin * width)];
    for (Index lane = 0; lane < width; ++lane) ratio[lane] = v[lane] / model[lane];
  }
}

void Tile::update_activations(const RowMatrix& W, const float* active) {
  std::fill(numerator_.begin(), numerator_.end(), 0.0F);
  for (Index bin = 0; bin < bins_; ++bin) {
    const float* ratio = &ratio_[static_cast<std::size_t>(bin * width)];
    for (Index k = 0; k < components_; ++k) {
      const float w = W(bin, k);
      float* numerator = &numerator_[static_cast<std::size_t>(k * width)];
      for (Index lane = 0; lane < width; ++lane) numerator[lane] += w * ratio[lane];
    }
  }
  for (Index k = 0; k < components_; ++k)
    for (Index lane = 0; lane < width; ++lane) {
      float& h = activations(k)[lane];
      const float updated = h * numerator_[static_cast<std::size_t>(k * width + lane)];
      if (active[lane] != 0) h = updated < activation_floor ? 0 : updated;
    }
}

void Tile::accumulate(RowMatrix& sum, Index first) const {
  const Index free = components_ - first;
  std::vector<float> frame(static_cast<std::size_t>(free));
  for (Index lane = 0; lane < width; ++lane) {
    for (Index k = 0; k < free; ++k)
      frame[static_cast<std::size_t>(k)] = H_[static_cast<std::size_t>((first + k) * width + lane)];
    for (Index bin = 0; bin < bins_; ++bin) {
      const float ratio = ratio_[static_cast<std::size_t>(bin * width + lane)];
      float* row = sum.data() + bin * free;
      for (Index k = 0; k < free; ++k) row[k] += ratio * frame[static_cast<std::size_t>(k)];
    }
  }
}

void Tile::costs(double* cost) const {
  std::fill_n(cost, width, 0.0);
  for (Index bin = 0; bin < bins_; ++bin)
    for (Index lane = 0; lane < width; ++lane) {
      const auto at = static_cast<std::size_t>(bin * width + lane);
      const double v = V_[at];
      const double model = model_[at];
      // With x = model / v − 1 the cost v·(x − log(1 + x)) stays exact where the fit is good.
      const double x = model / v - 1;
      cost[lane] += v > 0 ? v * (x - std::log1p(x)) : model - model_floor;
    }
}

}  // namespace nmfsep
