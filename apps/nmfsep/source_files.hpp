#pragma once

#include <string>
#include <vector>

#include "nmfsep/separation/set_trainer.hpp"

namespace nmfsep::cli {

/// Reads NAME=PATH, as in drums='drums/*.wav': PATH is a file, a folder, which stands for the files
/// in it, or a pattern of the shell's kind. Files come in the order of their bytes. Throws
/// InvalidArgument for another form, AudioFileError when nothing is there.
SourceRecordings parse_source(const std::string& text);

}  // namespace nmfsep::cli
