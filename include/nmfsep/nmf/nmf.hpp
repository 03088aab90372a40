#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nmfsep/core/progress.hpp"
#include "nmfsep/core/types.hpp"
#include "nmfsep/nmf/divergence.hpp"
#include "nmfsep/nmf/penalty.hpp"
#include "nmfsep/nmf/reducer.hpp"

namespace nmfsep {

/// How the multiplicative step is used.
enum class Solver {
  multiplicative,  ///< one step after another
  over_relaxed,    ///< steps nearly twice as long, which never raise the cost either
  squarem,         ///< extrapolates from every second step, frame by frame, where that helps; W is
                   ///< learnt by over-relaxed steps
  em,  ///< expectation and maximisation, which updates W and H at once; KL alone, without a prior
};

/// "multiplicative", "over-relaxed", "squarem" or "em".
std::string to_string(Solver solver);
/// The inverse. Throws InvalidArgument for another text.
Solver solver_from_string(std::string_view text);

/// How V (bins × frames, non-negative) is explained as W·H.
struct NmfOptions {
  Index components = 25;    ///< columns of W to learn; infer_activations learns none
  int iterations = 100;     ///< most updates; one is one evaluation of the multiplicative step
  double tolerance = 1e-5;  ///< stop when ten updates lower the cost by less, relative; 0 = never
  std::uint64_t seed = 0;   ///< of the random start; the same seed gives the same bits
  Divergence divergence;    ///< what is minimised; Kullback-Leibler unless told
  Solver solver = Solver::squarem;  ///< the fastest, whether W is known or learnt
  bool exact = false;  ///< search large dictionaries, too, on all rows and atoms: see FewRows

  /// A prior on H and W, whose cost is part of the reported one; absent: none.
  std::shared_ptr<const Penalty> penalty;
  /// Who shares the work on W: this process alone unless told.
  std::shared_ptr<const Reducer> reducer = serial_reducer();

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  friend bool operator==(const NmfOptions&, const NmfOptions&) = default;
};

enum class Termination { iterations, tolerance };

/// "iterations" or "tolerance".
std::string to_string(Termination termination);

/// The objective after so many updates.
struct CostSample {
  int iteration = 0;
  double cost = 0;
};

/// How a factorisation went. Not converging is a result, not an error.
struct NmfReport {
  Termination termination = Termination::iterations;
  int iterations = 0;            ///< updates made; with W fixed, by the frame that took most
  std::vector<CostSample> cost;  ///< never rises but for rounding; from iteration 0 to the end

  double final_cost() const { return cost.empty() ? 0.0 : cost.back().cost; }
};

/// Adds the report of other frames, channels or members: costs add up, updates are of the slowest.
/// What stopped early keeps its last cost.
void add(NmfReport& total, const NmfReport& part);

struct Factorisation {
  Matrix W;  ///< bins × components, columns sum to one
  Matrix H;  ///< components × frames
  NmfReport report;
};

/// Learns W and H by multiplicative updates (Lee & Seung, 2001, theorem 3; Févotte & Idier, 2011):
/// minimises the divergence D(V|WH) from a random start scaled to V. A column whose activations
/// all die keeps its shape. Bins that nothing explains cost as if W·H were 2⁻⁴⁰ of V's peak there.
/// Throws InvalidArgument for bad options, an empty V, or entries that are negative or not finite;
/// Cancelled when `progress` answers so.
Factorisation factorise(const MatrixView& V, const NmfOptions& options,
                        const ProgressCallback& progress = {});

/// The same with known columns: W = [fixed | options.components learnt columns]. `fixed` (bins ×
/// any number) has columns that sum to one and comes back unchanged as W's first columns.
Factorisation factorise(const MatrixView& V, const MatrixView& fixed, const NmfOptions& options,
                        const ProgressCallback& progress = {});

struct Activations {
  Matrix H;  ///< components × frames
  NmfReport report;
};

/// H for a known W (bins × components, columns sum to one). Each frame is a convex problem of its
/// own with its own stop, so any split of V into blocks of frames gives the same bits.
Activations infer_activations(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress = {});

}  // namespace nmfsep
