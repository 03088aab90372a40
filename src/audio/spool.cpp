#include "audio/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

std::filesystem::path temporary_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
}

/// A file that closes itself unless it is released.
class NamelessFile {
 public:
  NamelessFile(const PipeEnd& pipe, std::uint64_t most)
      : pipe_(pipe), most_(most), folder_(temporary_folder()) {
    descriptor_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor_ < 0) open_and_unlink();
  }
  ~NamelessFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;

  void append(std::string_view bytes) {
    size_ += bytes.size();
    if (size_ > most_)
      pipe_.fail(
          fmt::format("is longer than the {} bytes of such audio that are kept of a pipe; give it "
                      "as a file, or pipe WAV",
                      most_));
    while (!bytes.empty()) {
      const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
      if (put > 0)
        bytes.remove_prefix(static_cast<std::size_t>(put));
      else if (errno != EINTR)
        fail();
    }
  }

  int release() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return descriptor;
  }

 private:
  /// Where the file system has no files without a name.
  void open_and_unlink() {
    std::string name = folder_ / "nmfsep-XXXXXX";
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail();
    ::unlink(name.c_str());
  }

  [[noreturn]] void fail() const {
    pipe_.fail(
        fmt::format("cannot be kept in {}: {}; give it as a file, pipe WAV, or set TMPDIR to a "
                    "folder with room",
                    quoted(folder_), std::strerror(errno)));
  }

  const PipeEnd& pipe_;
  std::uint64_t most_;
  std::filesystem::path folder_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace

int spool(PipeEnd& pipe, std::string_view head, std::uint64_t most) {
  NamelessFile file(pipe, most);
  file.append(head);
  std::string bytes(std::size_t{1} << 16U, '\0');
  for (std::size_t got = bytes.size(); got == bytes.size();) {
    got = pipe.read(bytes.data(), bytes.size());
    file.append(std::string_view(bytes).substr(0, got));
  }
  return file.release();
}

}  // namespace nmfsep
