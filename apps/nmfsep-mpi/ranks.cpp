// MPI enters here. Its calls end all processes when they fail; a process that is lost is noticed by
// mpirun, which ends the others. Counts are int there and sizes here, so bytes go in portions. Its
// waits burn a core and see nothing else: ours ask, and after a while sleep in between.
#include "ranks.hpp"

#define OMPI_SKIP_MPICXX 1
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <iostream>
#include <thread>

#include "console/interrupt.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t portion = std::size_t{1} << 30U;  // bytes
constexpr int data_tag = 1;
constexpr int failure_tag = 2;
constexpr int wrong_usage = 2;  // exit status

/// How long the first is given to say why another has failed.
constexpr auto patience = std::chrono::seconds(10);

/// What went wrong elsewhere, short enough to be sent without being waited for.
struct Failure {
  int status = 1;
  std::array<char, 2040> text = {};  // ends with a zero
};

std::string machine() {
  std::array<char, MPI_MAX_PROCESSOR_NAME> name = {};
  int length = 0;
  MPI_Get_processor_name(name.data(), &length);
  return {name.data(), static_cast<std::size_t>(length)};
}

}  // namespace

struct Ranks::Request {
  MPI_Request handle = MPI_REQUEST_NULL;
};

Ranks::Ranks(int& argc, char**& argv) {
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  if (provided >= MPI_THREAD_SERIALIZED) return;
  if (is_first()) std::cerr << "nmfsep: this MPI was built without support for threads\n";
  end_all(1);
}

Ranks::~Ranks() { MPI_Finalize(); }

void Ranks::send_bytes(int to, std::span<const std::byte> bytes) const {
  for (std::size_t first = 0; first < bytes.size(); first += portion) {
    const std::span<const std::byte> part =
        bytes.subspan(first, std::min(portion, bytes.size() - first));
    Request request;
    MPI_Isend(part.data(), static_cast<int>(part.size()), MPI_BYTE, to, data_tag, MPI_COMM_WORLD,
              &request.handle);
    wait(request);
  }
}

void Ranks::receive_bytes(int from, std::span<std::byte> bytes) const {
  for (std::size_t first = 0; first < bytes.size(); first += portion) {
    const std::span<std::byte> part = bytes.subspan(first, std::min(portion, bytes.size() - first));
    Request request;
    MPI_Irecv(part.data(), static_cast<int>(part.size()), MPI_BYTE, from, data_tag, MPI_COMM_WORLD,
              &request.handle);
    wait(request);
  }
}

void Ranks::share_bytes(std::span<std::byte> bytes) const {
  for (std::size_t first = 0; first < bytes.size(); first += portion) {
    const std::span<std::byte> part = bytes.subspan(first, std::min(portion, bytes.size() - first));
    Request request;
    MPI_Ibcast(part.data(), static_cast<int>(part.size()), MPI_BYTE, 0, MPI_COMM_WORLD,
               &request.handle);
    wait(request);
  }
}

/// Asks again and again, and after half a millisecond naps in between: for an eighth of what it has
/// waited, since who is late will be later.
void Ranks::wait(Request& request) const {
  using Clock = std::chrono::steady_clock;
  constexpr Clock::duration shortest = std::chrono::microseconds(60);
  constexpr Clock::duration longest = std::chrono::milliseconds(1);
  const Clock::time_point start = Clock::now();
  for (int asked = 0;; ++asked) {
    int done = 0;
    MPI_Test(&request.handle, &done, MPI_STATUS_IGNORE);
    if (done != 0) return;
    const Clock::duration nap = (Clock::now() - start) / 8;
    if (asked % 64 == 0 || nap >= shortest) check();
    if (nap >= shortest) std::this_thread::sleep_for(std::min(nap, longest));
  }
}

void Ranks::check() const {
  if (!is_first()) return;
  if (interrupted()) throw Cancelled();
  int failed = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, failure_tag, MPI_COMM_WORLD, &failed, &status);
  if (failed == 0) return;
  Failure failure;
  MPI_Recv(&failure, sizeof failure, MPI_BYTE, status.MPI_SOURCE, failure_tag, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
  if (failure.status == wrong_usage) throw InvalidArgument(failure.text.data());
  throw Error(failure.text.data());
}

void Ranks::end_all(int status, const std::string& why) const {
  if (!is_first()) {
    Failure failure{status, {}};
    const std::string text = fmt::format("{} (rank {} on {})", why, rank_, machine());
    std::memcpy(failure.text.data(), text.data(), std::min(text.size(), failure.text.size() - 1));
    MPI_Request unanswered;
    MPI_Isend(&failure, sizeof failure, MPI_BYTE, 0, failure_tag, MPI_COMM_WORLD, &unanswered);
    int ignored = 0;
    for (const auto end = std::chrono::steady_clock::now() + patience;
         std::chrono::steady_clock::now() < end;) {
      MPI_Test(&unanswered, &ignored, MPI_STATUS_IGNORE);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::cerr << fmt::format("nmfsep: {}\n", text);
  }
  MPI_Abort(MPI_COMM_WORLD, status);
  std::_Exit(status);
}

}  // namespace nmfsep::cli
