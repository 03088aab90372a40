#pragma once

#include <map>
#include <string>
#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// A place in a recording.
struct CuePoint {
  Index sample = 0;       ///< from the first, of which it is 0
  std::string name = {};  ///< UTF-8, or empty
};

/// What a file says of its recording beside the samples.
struct AudioTags {
  /// "title", "artist", "album", "tracknumber", "genre", "date", "comment" and "copyright", as far
  /// as they are given; UTF-8 of 1 to 4096 bytes.
  std::map<std::string, std::string> text;
  std::vector<CuePoint> cues;
};

}  // namespace nmfsep
