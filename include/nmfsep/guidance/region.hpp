#pragma once

#include <limits>
#include <string>
#include <vector>

#include "nmfsep/audio/excerpt_source.hpp"

namespace nmfsep {

/// A stretch of a recording that a user has named, and the frequencies that are meant.
struct Region {
  double begin = 0;  ///< seconds from the recording's beginning
  double end = 0;    ///< seconds, at least `begin`; equal in a label of a point in time
  std::string label;
  double low = 0;  ///< Hz
  double high = std::numeric_limits<double>::infinity();
  int line = 0;  ///< of the file that it comes from, from 1 on

  bool has_frequencies() const;
};

/// The labels that occur, in the order in which they first do.
std::vector<std::string> labels_of(const std::vector<Region>& regions);

/// The stretches that have this label, whatever their frequencies, in their order in time; those
/// that overlap or touch become one. Points in time are none.
std::vector<Excerpt> excerpts_of(const std::vector<Region>& regions, const std::string& label);

/// Two regions of different labels that share some time, so that neither source is alone there.
struct SharedTime {
  Region first;
  Region second;
};

/// The first such pair of each two labels.
std::vector<SharedTime> shared_times(const std::vector<Region>& regions);

}  // namespace nmfsep
