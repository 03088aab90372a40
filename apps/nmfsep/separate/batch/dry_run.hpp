#pragma once

#include <optional>
#include <vector>

#include "separate/batch/separate_batch.hpp"

namespace nmfsep::cli {

/// What a batch would do: reads headers, hashes and the beginning of one input, and writes nothing.
class DryRun {
 public:
  /// `history` may be null.
  DryRun(const SeparationJob& job, const TrackHistory* history, BatchOptions options)
      : job_(job), history_(history), options_(options) {}

  /// Lists the stems that would be written on stdout, and says what the run would take. Answers a
  /// record of each input, whose "status" is "planned", "skipped" or "failed".
  Json run(const std::vector<StemPlan>& plans, Console& console) const;

 private:
  Json foresee(const StemPlan& plan, Console& console) const;
  bool is_settled(const StemPlan& plan) const;
  std::optional<double> trial_rate(const Json& tracks) const;
  void sum_up(const Json& tracks, Console& console) const;

  const SeparationJob& job_;
  const TrackHistory* history_;
  BatchOptions options_;
};

}  // namespace nmfsep::cli
