#pragma once

#include <string>

#include "audio/posix_file.hpp"

namespace nmfsep {

/// The container of a file, named as in AudioInfo, by its first bytes. Throws AudioFileError for
/// any other content, and for a file that holds fewer bytes of audio than it declares.
std::string recognise_container(PosixFile& file);

}  // namespace nmfsep
