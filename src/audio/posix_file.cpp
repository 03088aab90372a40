// POSIX input and output enters here: partial transfers are completed, interrupted ones repeated,
// and what answers −1 and errno in POSIX throws, or is remembered, here.
#include "audio/posix_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

/// Calls `transfer(done)`, which moves bytes from `done` on and returns how many, until `count`
/// are through, none come any more, or it fails (then `error` is set).
template <typename Transfer>
std::int64_t complete(std::int64_t count, int& error, const Transfer& transfer) {
  std::int64_t done = 0;
  while (done < count) {
    const auto moved = transfer(done);
    if (moved > 0) {
      done += moved;
    } else if (moved == 0) {
      break;
    } else if (errno != EINTR) {
      if (error == 0) error = errno;
      break;
    }
  }
  return done;
}

}  // namespace

PosixFile::PosixFile(std::filesystem::path path) : name_(std::move(path)), shown_(quoted(name_)) {
  open(name_, O_RDONLY);
}

PosixFile::PosixFile(const PendingFile& output)
    : name_(output.final_path()), shown_(quoted(name_)), writes_(true) {
  open(output.temporary(), O_RDWR | O_TRUNC);
}

PosixFile::PosixFile(int descriptor, std::string shown)
    : name_("-"), shown_(std::move(shown)), descriptor_(descriptor) {}

void PosixFile::open(const std::filesystem::path& path, int flags) {
  // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
  descriptor_ = ::open(path.c_str(), flags | O_NONBLOCK | O_CLOEXEC);
  if (descriptor_ < 0) fail(fmt::format("cannot open: {}", std::strerror(errno)));
  struct stat status = {};
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (known && S_ISREG(status.st_mode)) return;
  ::close(descriptor_);
  fail(known && S_ISDIR(status.st_mode) ? "is a folder; name an audio file in it"
                                        : "is not a regular file; copy it to one first");
}

PosixFile::~PosixFile() { ::close(descriptor_); }

std::string PosixFile::name() const { return shown_; }

std::int64_t PosixFile::size() {
  struct stat status = {};
  if (::fstat(descriptor_, &status) == 0) return std::max<std::int64_t>(status.st_size - begin_, 0);
  if (error_ == 0) error_ = errno;
  return 0;
}

std::int64_t PosixFile::read(void* bytes, std::int64_t count) {
  const std::int64_t done = complete(count, error_, [&](std::int64_t from) {
    return ::pread(descriptor_, static_cast<char*>(bytes) + from,
                   static_cast<std::size_t>(count - from), begin_ + position_ + from);
  });
  const std::int64_t end = pretended_at_ + static_cast<std::int64_t>(pretended_.size());
  for (std::int64_t at = std::max(position_, pretended_at_); at < std::min(position_ + done, end);
       ++at)
    static_cast<char*>(bytes)[at - position_] =
        pretended_[static_cast<std::size_t>(at - pretended_at_)];
  position_ += done;
  return done;
}

void PosixFile::pretend(std::uint64_t offset, std::string bytes) {
  pretended_at_ = static_cast<std::int64_t>(offset);
  pretended_ = std::move(bytes);
}

std::int64_t PosixFile::write(const void* bytes, std::int64_t count) {
  const std::int64_t done = complete(count, error_, [&](std::int64_t from) {
    return ::pwrite(descriptor_, static_cast<const char*>(bytes) + from,
                    static_cast<std::size_t>(count - from), position_ + from);
  });
  position_ += done;
  return done;
}

std::string PosixFile::bytes_at(std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '\0');
  if (offset >= static_cast<std::uint64_t>(size())) return {};
  const std::int64_t before = std::exchange(position_, static_cast<std::int64_t>(offset));
  bytes.resize(static_cast<std::size_t>(read(bytes.data(), static_cast<std::int64_t>(count))));
  position_ = before;
  check();
  return bytes;
}

void PosixFile::check() const {
  if (error_ == 0) return;
  const char* reason = std::strerror(error_);
  fail(writes_ ? fmt::format("cannot be written: {}; make room or choose another place", reason)
               : fmt::format("cannot be read: {}", reason));
}

void PosixFile::fail(const std::string& what) const {
  throw AudioFileError(fmt::format("{}: {}", name(), what));
}

}  // namespace nmfsep
