// POSIX pipes enter here: they give and take a little at a time, block for as long as the other end
// likes, and are known to be ready only for PIPE_BUF bytes.
#include "audio/pipe_end.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

void PipeEnd::wait(short event) const {
  constexpr int pause_ms = 100;
  for (pollfd end{descriptor_, event, 0}; ::poll(&end, 1, pause_ms) <= 0;)
    report(progress_, {"waiting", 0, 0, {}});
}

std::size_t PipeEnd::read(char* bytes, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    wait(POLLIN);
    const ssize_t got = ::read(descriptor_, bytes + done, count - done);
    if (got == 0) break;
    if (got > 0)
      done += static_cast<std::size_t>(got);
    else if (errno != EINTR && errno != EAGAIN)
      fail(fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  return done;
}

void PipeEnd::write(const char* bytes, std::size_t count) {
  for (std::size_t done = 0; done < count;) {
    wait(POLLOUT);
    const ssize_t put =
        ::write(descriptor_, bytes + done, std::min<std::size_t>(count - done, PIPE_BUF));
    if (put >= 0)
      done += static_cast<std::size_t>(put);
    else if (errno != EINTR && errno != EAGAIN)
      fail_to_write(errno);
  }
}

/// When the other end has gone, the callback may know what to do.
void PipeEnd::fail_to_write(int error) const {
  if (error == EPIPE) report(progress_, {"writing", 0, 0, {}});
  fail(fmt::format("cannot be written: {}", std::strerror(error)));
}

void PipeEnd::fail(const std::string& what) const {
  throw AudioFileError(fmt::format("{}: {}", name_, what));
}

}  // namespace nmfsep
