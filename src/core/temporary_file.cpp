// POSIX files enter here: where its calls answer −1 and errno, ours throw FileError.
#include "nmfsep/core/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& folder, const char* action) {
  throw FileError(
      fmt::format("{}: cannot {} a temporary file: {}; name another folder in the variable TMPDIR",
                  quoted(folder), action, std::strerror(errno)));
}

/// Does with `bytes` what `call` does with some of them, answering how many or −1.
template <typename Byte, typename Call>
bool transfer(std::span<Byte> bytes, const Call& call) {
  while (!bytes.empty()) {
    const ssize_t count = call(bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

fs::path temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? fs::path(named) : fs::path("/tmp");
}

}  // namespace

TemporaryFile::TemporaryFile() : folder_(temporary_folder()) {
  std::string name = (folder_ / "nmfsep-XXXXXX").native();
  descriptor_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!descriptor_) fail(folder_, "make");
  ::unlink(name.c_str());
}

void TemporaryFile::append(std::span<const std::byte> bytes) {
  errno = 0;
  if (!transfer(bytes,
                [&](auto left) { return ::write(descriptor_.get(), left.data(), left.size()); }))
    fail(folder_, "write");
}

void TemporaryFile::read(std::int64_t offset, std::span<std::byte> bytes) const {
  errno = EIO;  // where the file ends too soon
  if (!transfer(bytes, [&](auto left) {
        const ssize_t count = ::pread(descriptor_.get(), left.data(), left.size(), offset);
        offset += std::max<ssize_t>(count, 0);
        return count;
      }))
    fail(folder_, "read");
}

}  // namespace nmfsep
