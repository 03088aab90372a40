#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "nmfsep/core/descriptor.hpp"

namespace nmfsep::test {

/// A file that exists in memory only, under a path that can be opened.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("input", MFD_CLOEXEC)) {
    if (::write(descriptor_.get(), bytes.data(), bytes.size()) < 0) ::_exit(125);
  }

  std::filesystem::path path() const {
    return "/proc/self/fd/" + std::to_string(descriptor_.get());
  }

 private:
  Descriptor descriptor_;
};

}  // namespace nmfsep::test
