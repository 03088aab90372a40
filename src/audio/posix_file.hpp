#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "nmfsep/core/pending_file.hpp"

namespace nmfsep {

/// A regular file by its descriptor. The first failure of a read, write or seek is remembered,
/// because the codecs above do not all pass it on.
class PosixFile {
 public:
  /// Opens a file for reading. Throws AudioFileError when that fails or it is a folder, a pipe or
  /// a device; never waits for one.
  explicit PosixFile(std::filesystem::path path);

  /// Opens the temporary file of `output` for writing; messages call it by its final name.
  explicit PosixFile(const PendingFile& output);

  /// Takes over the descriptor of a regular file that has no name, read through `-`; messages call
  /// it `shown`.
  PosixFile(int descriptor, std::string shown);
  ~PosixFile();
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  /// As messages call it.
  std::string name() const;
  const std::filesystem::path& path() const { return name_; }

  /// From now on the file begins `bytes` further: what lies before is none of the codec's.
  void begin_at(std::int64_t bytes) { begin_ = bytes; }

  /// From now on `bytes` are read at `offset`, whatever lies there.
  void pretend(std::uint64_t offset, std::string bytes);

  std::int64_t size();
  std::int64_t tell() const { return position_; }
  void seek(std::int64_t position) { position_ = position; }

  /// Moves up to `count` bytes and the position; returns how many.
  std::int64_t read(void* bytes, std::int64_t count);
  std::int64_t write(const void* bytes, std::int64_t count);

  /// `count` bytes from `offset`, or fewer where the file ends; the position stays.
  std::string bytes_at(std::uint64_t offset, std::size_t count);

  /// Throws AudioFileError for the first failure, if there was one.
  void check() const;

  /// Throws AudioFileError: the file's name and then `what`.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  void open(const std::filesystem::path& path, int flags);

  std::filesystem::path name_;
  std::string shown_;  ///< in messages
  bool writes_ = false;
  int descriptor_ = -1;
  std::int64_t begin_ = 0;     ///< bytes that are passed over
  std::int64_t position_ = 0;  ///< from there
  std::int64_t pretended_at_ = 0;
  std::string pretended_;  ///< is read there; usually nothing
  int error_ = 0;          ///< errno of the first failure
};

}  // namespace nmfsep
