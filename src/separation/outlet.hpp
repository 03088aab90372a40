#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "mixture_tap.hpp"
#include "nmfsep/separation/separator.hpp"
#include "stem_stream.hpp"

namespace nmfsep {

/// Hands the stems on, and finds what the mixture has beyond them.
class Outlet {
 public:
  Outlet(MixtureTap& mixture, const StemSink& sink) : tap_(mixture), sink_(sink) {}

  /// Pieces equally long, one a stem. `alive` is called now and then, and may throw.
  void emit(const std::vector<StemPiece>& stems, const std::function<void()>& alive) {
    tap_.take(stems.front().count, mixture_);
    residual_ = mixture_;
    for (std::size_t s = 0; s < stems.size(); ++s) {
      alive();
      residual_ -= stems[s].samples();
      sink_(s, stems[s].samples(), mixture_);
    }
    if (residual_.size() > 0) peak_ = std::max(peak_, residual_.cwiseAbs().maxCoeff());
  }

  double residual_dbfs() const { return 20 * std::log10(static_cast<double>(peak_)); }

 private:
  MixtureTap& tap_;
  const StemSink& sink_;
  Matrix mixture_, residual_;  // of the pieces at hand
  float peak_ = 0;
};

}  // namespace nmfsep
