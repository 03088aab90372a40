#pragma once

#include <type_traits>

#include "nmfsep/core/progress_gate.hpp"
#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// Updates between two looks at the cost.
inline constexpr int check_interval = 10;

/// Whether the cost is looked at after so many updates: every tenth, and the last.
inline bool looks_at(int iteration, const NmfOptions& options) {
  return iteration % check_interval == 0 || iteration == options.iterations;
}

/// Whether a cost stands still between two looks; with tolerance 0 never.
inline bool stands_still(double before, double now, double tolerance) {
  return tolerance > 0 && before - now <= tolerance * before;
}

/// Where the loop stands.
struct LoopPlace {
  int iteration;
  bool looks;  ///< the cost is wanted
  bool last;   ///< no update follows
};

/// The loop of every engine. `look(place)` brings the model up to the factors and answers the cost
/// where it is wanted; `update()` moves the factors. With a report of what was done before, it goes
/// on after the update that followed; `update` may ask for the report so far.
template <typename Look, typename Update>
NmfReport iterate(const NmfOptions& options, ProgressGate& gate, const Look& look,
                  const Update& update, NmfReport report = {}) {
  gate.advance(report.iterations);
  for (int iteration = report.cost.empty() ? 0 : report.iterations + 1;; ++iteration) {
    const LoopPlace place{iteration, looks_at(iteration, options), iteration == options.iterations};
    const double cost = look(place);
    if (iteration > 0) gate.advance(1);
    report.iterations = iteration;
    if (place.looks) {
      const bool settled =
          iteration > 0 && stands_still(report.final_cost(), cost, options.tolerance);
      report.cost.push_back({iteration, cost});
      gate.set_cost(cost);
      if (settled) report.termination = Termination::tolerance;
    }
    if (place.last || report.termination == Termination::tolerance) return report;
    if constexpr (std::is_invocable_v<Update, const NmfReport&>)
      update(report);
    else
      update();
  }
}

}  // namespace nmfsep
