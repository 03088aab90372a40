#pragma once

#include <cstddef>
#include <string>

#include "nmfsep/core/progress.hpp"

namespace nmfsep {

/// One end of a pipe (or of a file in its place) that does not belong to us. Waiting for the other
/// end asks the callback ten times a second, and throws Cancelled when it says so.
class PipeEnd {
 public:
  PipeEnd(int descriptor, std::string name, ProgressCallback progress)
      : descriptor_(descriptor), name_(std::move(name)), progress_(std::move(progress)) {}

  const std::string& name() const { return name_; }

  /// Fills `bytes` and returns how many came; fewer than `count` only at the end. Throws
  /// AudioFileError.
  std::size_t read(char* bytes, std::size_t count);

  /// Writes all. Throws AudioFileError.
  void write(const char* bytes, std::size_t count);

  /// Throws AudioFileError: the name and then `what`.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  void wait(short event) const;
  [[noreturn]] void fail_to_write(int error) const;

  int descriptor_;
  std::string name_;
  ProgressCallback progress_;
};

}  // namespace nmfsep
