#pragma once

#include <string>
#include <vector>

namespace nmfsep::test {

/// A file that looks like audio and is not to be believed.
struct HostileFile {
  std::string fault;  ///< what is wrong with it
  std::string bytes;
};

/// Some 200 files by hand: of each container headers that lie, that leave something out, that are
/// cut; and other kinds of files. None can be read.
std::vector<HostileFile> hostile_audio();

}  // namespace nmfsep::test
