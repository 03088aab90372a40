#pragma once

#include <string>
#include <vector>

#include "evaluate/outcome.hpp"

namespace nmfsep::cli {

/// A column of scores: a metric, or how far it is above the mixture's.
struct ScoreColumn {
  Metric metric = Metric::sdr;
  bool improvement = false;
};

/// The metrics, and with improvements in the tracks theirs.
std::vector<ScoreColumn> columns_of(const Evaluation& evaluation);

/// "SI-SDR", "SI-SDRi".
std::string heading_of(const ScoreColumn& column);

/// "si_sdr", "si_sdr_improvement".
std::string key_of(const ScoreColumn& column);

/// The column's value.
Score value_in(const ScoreColumn& column, const Values& values, const Values& improvements);

}  // namespace nmfsep::cli
