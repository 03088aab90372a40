#pragma once

#include <map>
#include <string>
#include <vector>

#include "nmfsep/separation/separator.hpp"
#include "report/report_data.hpp"

namespace nmfsep::cli {

/// What a report of one input shows of how it was explained: learnt atoms, and when atoms sound as
/// far as the page plays. Memory does not grow with the input's length.
class ReportFindings {
 public:
  explicit ReportFindings(const Analysis& analysis);

  /// Takes the next frames.
  void take(const ExplainedFrames& frames);

  /// Adds models of what was learnt, beside those there are, and activations.
  void add_to(ReportRequest& request, const Objective& objective) const;

 private:
  struct Source {
    std::vector<Matrix> H = {};  ///< components × frames, a channel each
    Matrix learnt = {};          ///< its atoms; empty where a model has them
  };

  Analysis analysis_;
  Index wanted_;  ///< frames that the page can show
  std::map<std::string, Source> sources_;
};

}  // namespace nmfsep::cli
