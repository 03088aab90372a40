#include "nmfsep/evaluation/lag.hpp"

#include <cmath>

#include "evaluation/layout.hpp"
#include "evaluation/projection/correlation.hpp"

namespace nmfsep {
namespace {

struct LateCorrelation {
  Eigen::VectorXd by_lag;  ///< [τ]: Σ_t a(t) b(t+τ), summed over channels
  double energy = 0.0;     ///< Σ_t a(t)²
};

LateCorrelation late_correlation(SignalReader& a, SignalReader& b, Index largest) {
  ReaderSource source({&a, &b});
  const Correlations correlations = correlate(source, a.channels(), largest + 1);
  LateCorrelation result{Eigen::VectorXd::Zero(largest + 1)};
  for (Index c = 0; c < a.channels(); ++c) {
    result.by_lag += correlations.cross.col(c * a.channels() + c);
    result.energy += correlations.energy(c);
  }
  return result;
}

}  // namespace

Lag find_lag(SignalReader& reference, SignalReader& estimate, Index largest) {
  SignalReader* readers[] = {&reference, &estimate};
  validated_layout("find_lag", {&readers[0], 1}, {&readers[1], 1});
  const LateCorrelation late = late_correlation(reference, estimate, largest);
  const LateCorrelation early = late_correlation(estimate, reference, largest);
  const double scale = std::sqrt(late.energy * early.energy);
  if (scale <= 0.0) return {};
  Index late_by = 0;
  Index early_by = 0;
  const double late_peak = late.by_lag.cwiseAbs().maxCoeff(&late_by);
  const double early_peak = early.by_lag.cwiseAbs().maxCoeff(&early_by);
  const bool is_late = late_peak >= early_peak;
  return {is_late ? late_by : -early_by, (is_late ? late_peak : early_peak) / scale,
          std::abs(late.by_lag[0]) / scale};
}

}  // namespace nmfsep
