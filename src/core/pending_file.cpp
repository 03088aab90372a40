// POSIX files enter here: where its calls answer −1 and errno, ours throw FileError.
#include "nmfsep/core/pending_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/sha256.hpp"
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

/// Some file systems cannot flush a folder and say EINVAL: there is nothing to be done then.
void flush_to_disk(int descriptor, const fs::path& path) {
  if (::fsync(descriptor) != 0 && errno != EINVAL) fail(path, "flush to disk", errno);
}

/// Makes a new name in `folder` survive a power cut.
void flush_folder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor) fail(folder, "open to flush", errno);
  flush_to_disk(descriptor.get(), folder);
}

constexpr std::string_view temporary_prefix = ".nmfsep-";
constexpr std::string_view temporary_suffix = ".part";

/// Where `final_path` is written until it is whole: the same in every run, so that a run meets what
/// an earlier one left when it was killed.
fs::path temporary_of(const fs::path& final_path) {
  Sha256 name;
  name.update(std::as_bytes(std::span(final_path.filename().native())));
  return folder_of(final_path) /
         fmt::format("{}{}{}", temporary_prefix, name.hex_digest().substr(0, 16), temporary_suffix);
}

bool is_temporary(std::string_view path) {
  return path.substr(path.rfind('/') + 1).starts_with(temporary_prefix) &&
         path.ends_with(temporary_suffix);
}

/// Removes the file that an entry of /proc/self/fd stands for if it is a temporary of ours: what is
/// only open for reading may be another run's.
void discard_open_file(int folder, std::string_view entry) noexcept {
  int descriptor = -1;
  std::from_chars(entry.data(), entry.data() + entry.size(), descriptor);
  const int flags = ::fcntl(descriptor, F_GETFL);
  std::array<char, PATH_MAX> path = {};  // ends with a zero
  const ssize_t length = ::readlinkat(folder, entry.data(), path.data(), path.size() - 1);
  if (flags == -1 || (flags & O_ACCMODE) != O_RDWR || length < 0) return;
  if (is_temporary({path.data(), static_cast<std::size_t>(length)})) ::unlink(path.data());
}

/// Whether `path` is still the file that `descriptor` was opened for.
bool is_same_file(int descriptor, const fs::path& path) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/// Locks the file until the descriptor is closed. False when another run holds it. File systems
/// without locks answer another error: there nothing tells two runs apart.
bool lock(int descriptor) {
  return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/// Removes what a killed run left at `temporary`. Throws when a run is still at it.
void remove_leftover(const fs::path& temporary, const fs::path& final_path) {
  const Descriptor leftover(::open(temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!leftover && errno == ENOENT) return;
  if (!leftover) fail(final_path, "create a file beside it", errno);
  if (!lock(leftover.get()))
    throw FileError(
        fmt::format("{}: is being written by another run; wait for its end", quoted(final_path)));
  if (is_same_file(leftover.get(), temporary)) ::unlink(temporary.c_str());
}

/// A fresh file at `temporary`, locked. Its permissions are those of any new file.
Descriptor create_temporary(const fs::path& temporary, const fs::path& final_path) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    Descriptor fresh(::open(temporary.c_str(), flags, 0666));
    if (!fresh && errno == ENOENT)
      throw FileError(fmt::format("{}: there is no folder {}; make it first", quoted(final_path),
                                  quoted(folder_of(final_path))));
    if (!fresh && errno != EEXIST) fail(final_path, "create a file beside it", errno);
    // Between the two calls another run may have taken it for a leftover.
    if (fresh && lock(fresh.get()) && is_same_file(fresh.get(), temporary)) return fresh;
    remove_leftover(temporary, final_path);
  }
  fail(final_path, "create a file beside it", EEXIST);
}

/// Renames unless there is a file of the new name. File systems that cannot do both at once get the
/// check of the constructor and a plain rename.
int rename_to_free_name(const fs::path& from, const fs::path& to) {
  const int status = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  const bool cannot = status != 0 && (errno == EINVAL || errno == ENOSYS);
  return cannot ? ::rename(from.c_str(), to.c_str()) : status;
}

}  // namespace

PendingFile::PendingFile(fs::path final_path, Overwrite overwrite)
    : final_path_(std::move(final_path)), overwrite_(overwrite) {
  std::error_code ignored;
  if (fs::is_directory(final_path_, ignored)) fail(final_path_, "write", EISDIR);
  if (overwrite_ == Overwrite::refuse && fs::exists(fs::symlink_status(final_path_, ignored)))
    refuse_existing(final_path_);
  fs::path temporary = temporary_of(final_path_);
  lock_ = create_temporary(temporary, final_path_);
  temporary_ = std::move(temporary);
}

PendingFile::~PendingFile() { discard(); }

PendingFile::PendingFile(PendingFile&& other) noexcept
    : final_path_(std::move(other.final_path_)),
      temporary_(std::exchange(other.temporary_, {})),
      lock_(std::move(other.lock_)),
      overwrite_(other.overwrite_) {}

PendingFile& PendingFile::operator=(PendingFile&& other) noexcept {
  discard();
  final_path_ = std::move(other.final_path_);
  temporary_ = std::exchange(other.temporary_, {});
  lock_ = std::move(other.lock_);
  overwrite_ = other.overwrite_;
  return *this;
}

void PendingFile::commit() {
  flush_to_disk(lock_.get(), final_path_);
  const bool replaces = overwrite_ == Overwrite::replace;
  const int status = replaces ? ::rename(temporary_.c_str(), final_path_.c_str())
                              : rename_to_free_name(temporary_, final_path_);
  if (status != 0 && errno == EEXIST) refuse_existing(final_path_);
  if (status != 0) fail(final_path_, "write", errno);
  temporary_.clear();
  lock_ = Descriptor();
  flush_folder(folder_of(final_path_));
}

void PendingFile::discard_all() noexcept {
  const int folder = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  alignas(dirent64) std::array<char, 4096> entries;
  ssize_t bytes = 0;
  while ((bytes = ::getdents64(folder, entries.data(), entries.size())) > 0)
    for (ssize_t at = 0; at < bytes;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at);
      discard_open_file(folder, entry->d_name);
      at += entry->d_reclen;
    }
  ::close(folder);
}

void PendingFile::discard() noexcept {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

}  // namespace nmfsep
