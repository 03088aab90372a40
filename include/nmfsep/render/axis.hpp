#pragma once

#include <string>
#include <vector>

namespace nmfsep {

/// A mark on an axis.
struct Tick {
  double value = 0;
  std::string label;
};

/// What a length on paper stands for.
struct Axis {
  std::string title;  ///< with its unit: "Frequency (Hz)"
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  bool is_time = false;  ///< seconds, which from two minutes on are labelled as 2:00

  /// Where a value lies: 0 at `low`, 1 at `high`.
  double place_of(double value) const;
  /// The reverse.
  double value_at(double place) const;

  /// Round values within the axis: 1, 2 and 5 times powers of ten, of time also minutes; some
  /// `most` of them.
  std::vector<Tick> ticks(int most) const;

  /// Throws InvalidArgument unless low < high, both are finite, and above 0 where logarithmic.
  void validate() const;
};

}  // namespace nmfsep
