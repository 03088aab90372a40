// POSIX files enter here: where its calls answer −1 and errno, ours throw FileError.
#include "nmfsep/core/pending_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const char* action, int error) {
  throw FileError(fmt::format("{}: cannot {}: {}", quoted(path), action, std::strerror(error)));
}

[[noreturn]] void refuse_existing(const fs::path& path) {
  throw FileError(
      fmt::format("{}: exists already; choose another name or pass --overwrite", quoted(path)));
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Makes what was written to `path` (a file or a folder) survive a power cut.
void flush_to_disk(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path, "open to flush", errno);
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some file systems cannot flush a folder and say EINVAL: there is nothing to be done then.
  if (error != 0 && error != EINVAL) fail(path, "flush to disk", error);
}

/// A fresh file named like `final_path` with a suffix. Its permissions are those of any new file.
fs::path create_temporary(const fs::path& final_path) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    fs::path candidate =
        folder_of(final_path) / fmt::format(".nmfsep-{}-{}.part", ::getpid(), attempt);
    const int descriptor = ::open(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      ::close(descriptor);
      return candidate;
    }
    if (errno != EEXIST) fail(final_path, "create a file beside it", errno);
  }
  fail(final_path, "create a file beside it", EEXIST);
}

}  // namespace

PendingFile::PendingFile(fs::path final_path, Overwrite overwrite)
    : final_path_(std::move(final_path)), overwrite_(overwrite) {
  std::error_code ignored;
  if (fs::is_directory(final_path_, ignored)) fail(final_path_, "write", EISDIR);
  if (overwrite_ == Overwrite::refuse && fs::exists(fs::symlink_status(final_path_, ignored)))
    refuse_existing(final_path_);
  temporary_ = create_temporary(final_path_);
}

PendingFile::~PendingFile() { discard(); }

PendingFile::PendingFile(PendingFile&& other) noexcept
    : final_path_(std::move(other.final_path_)),
      temporary_(std::exchange(other.temporary_, {})),
      overwrite_(other.overwrite_) {}

PendingFile& PendingFile::operator=(PendingFile&& other) noexcept {
  discard();
  final_path_ = std::move(other.final_path_);
  temporary_ = std::exchange(other.temporary_, {});
  overwrite_ = other.overwrite_;
  return *this;
}

void PendingFile::commit() {
  flush_to_disk(temporary_);
  if (overwrite_ == Overwrite::replace) {
    if (::rename(temporary_.c_str(), final_path_.c_str()) != 0) fail(final_path_, "write", errno);
  } else {
    // A hard link, unlike rename, never replaces what is there. File systems without links get
    // the check of the constructor and a plain rename.
    if (::link(temporary_.c_str(), final_path_.c_str()) == 0) {
      ::unlink(temporary_.c_str());
    } else if (errno == EEXIST) {
      refuse_existing(final_path_);
    } else if (::rename(temporary_.c_str(), final_path_.c_str()) != 0) {
      fail(final_path_, "write", errno);
    }
  }
  temporary_.clear();
  flush_to_disk(folder_of(final_path_));
}

void PendingFile::discard() noexcept {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

}  // namespace nmfsep
