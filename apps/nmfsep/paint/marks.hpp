#pragma once

#include <memory>
#include <string>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/guidance/guide.hpp"

namespace nmfsep::cli {

/// What a user has painted for one source, as a PNG that is white where it surely is, or never is.
struct Mark {
  std::string source;
  bool never = false;
  std::string png;  ///< the bytes of the file

  /// As guides spell it: "voice" or "!voice".
  std::string label() const { return never ? "!" + source : source; }
};

/// All that is painted.
struct Marks {
  double strength = 5;
  std::vector<Mark> marks = {};
  std::shared_ptr<const Guide> guide = {};  ///< what they say together; null where there are none
};

/// Reads the pictures as --guide does. Throws FileError for one that is no PNG, InvalidArgument for
/// a strength that is out of range.
Marks marks_of(double strength, std::vector<Mark> marks);

/// {"strength": 5, "marks": [{"source", "never", "png": base64}]}, where each picture has a column
/// a frame and a row a bin. Throws InvalidArgument for anything else.
Marks marks_from(const Json& body, Index frames, Index bins);

}  // namespace nmfsep::cli
