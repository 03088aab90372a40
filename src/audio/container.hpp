#pragma once

#include <string>

#include "audio/posix_file.hpp"

namespace nmfsep {

/// How much of what a header promises is there.
struct Extent {
  bool may_lack = false;  ///< what is there will do
  bool lacks = false;     ///< the file holds less
  bool unended = false;   ///< the header was never completed and promises nothing
  double share = 1;       ///< of the promised bytes that is there; 0 where the header does not tell
};

/// What helps where a recording is shorter than its header says.
constexpr const char* incomplete_remedy =
    "get the whole file again, or pass --take-what-is-there to separate, train or evaluate";

/// The container of a file, named as in AudioInfo, by its first bytes. Throws AudioFileError for
/// any other content, and for a file that holds fewer bytes of audio than it declares, unless
/// `extent` may lack some, and tells of it.
std::string recognise_container(PosixFile& file, Extent& extent);

}  // namespace nmfsep
