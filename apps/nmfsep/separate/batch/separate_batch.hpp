#pragma once

#include <vector>

#include "separate/batch/track_history.hpp"
#include "separate/separate_track.hpp"

namespace nmfsep::cli {

struct BatchOptions {
  int jobs = 1;                 ///< inputs at once, at most
  bool retry_failed = false;    ///< try again what failed in an earlier run
  bool lists_outputs = true;    ///< on stdout, as they are done
  std::size_t passed_over = 0;  ///< in the folders that were searched, for the summary
};

/// Separates one input after the other, or some at once. One that fails stops none of the others.
class SeparateBatch {
 public:
  /// `history` may be null; all is done then.
  SeparateBatch(const SeparationJob& job, TrackHistory* history, BatchOptions options)
      : job_(job), history_(history), options_(options) {}

  /// Answers a record of each input, in the order of `plans`, whose "status" is "done", "failed" or
  /// "skipped". Says which failed and, at the end, how it went. Throws Cancelled.
  Json run(const std::vector<StemPlan>& plans, Console& console) const;

 private:
  Json process(const StemPlan& plan, Console& console) const;
  Json attempt(const StemPlan& plan, Console& console) const;
  Json settled(const StemPlan& plan, const Json& record, Console& console) const;

  const SeparationJob& job_;
  TrackHistory* history_;
  BatchOptions options_;
};

}  // namespace nmfsep::cli
