#pragma once

#include <span>
#include <string>
#include <vector>

#include "nmfsep/guidance/region.hpp"
#include "nmfsep/stft/analysis.hpp"

namespace nmfsep {

/// A picture of how sure a user is: 0 where nothing is said, 1 where all is.
struct Picture {
  Matrix sure;  ///< rows from 0 Hz to half the rate, columns from the beginning to the end
};

/// The frames and bins that a guide is about.
struct GuideGrid {
  Analysis analysis;
  Index frames = 0;          ///< of all that is separated
  double start_seconds = 0;  ///< of the recording, where this begins
};

/// What a user knows of a mixture: where a source is, and where another never is. A mark of "NAME"
/// costs all other sources there; one of "!NAME" says that this source is never there, or costs it
/// where it is less than sure.
class Guide {
 public:
  /// `strength` is the cost Λ of a source where another is marked: its share is divided by e^Λ.
  /// Throws InvalidArgument unless it is positive and at most 50.
  explicit Guide(double strength = 5);

  /// Marks all of these. `origin` is how messages call them. Throws InvalidArgument for a point in
  /// time.
  void add(const std::vector<Region>& regions, const std::string& origin);
  /// The picture is as long as what is separated, whatever its size. Throws InvalidArgument for one
  /// without pixels.
  void add(Picture picture, const std::string& label, const std::string& origin);

  /// Throws InvalidArgument, naming the file, for a mark of none of these sources.
  void require_sources(const std::vector<std::string>& names) const;

  /// exp(−Λ_s), bins × frames, of each of these sources. Where marks leave none, they contradict
  /// each other and all are 1.
  std::vector<Matrix> weights(const std::vector<std::string>& names, const GuideGrid& grid) const;
  /// The same of some frames of the grid alone, side by side.
  std::vector<Matrix> weights(const std::vector<std::string>& names, const GuideGrid& grid,
                              std::span<const Index> frames) const;

  /// The frames, ascending, in which these two say anything different; null says nothing.
  static std::vector<Index> frames_apart(const Guide* one, const Guide* other,
                                         const GuideGrid& grid);

 private:
  enum class Says { nothing, here, never };

  struct Mark {
    std::string label;
    std::string origin;
    Region region;
    Picture picture = {};  ///< without pixels where the region counts

    Says says_of(const std::string& name) const;
    /// Bins × these frames.
    Matrix sure(const GuideGrid& grid, std::span<const Index> frames) const;
  };

  double strength_;
  std::vector<Mark> marks_;
};

}  // namespace nmfsep
