// Signals enter here. A handler may touch little more than a lock-free atomic, hence the global.
#include "interrupt.hpp"

#include <atomic>
#include <csignal>

namespace nmfsep::cli {
namespace {

std::atomic<int> received = 0;
static_assert(std::atomic<int>::is_always_lock_free);

/// The first one counts: what comes of it may raise others.
void remember(int signal) {
  int none = 0;
  received.compare_exchange_strong(none, signal, std::memory_order_relaxed);
}

}  // namespace

void watch_for_interrupts() {
  struct sigaction action = {};
  action.sa_handler = remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // However often something is written to a pipe that nobody reads: there is still to tidy up.
  action.sa_flags = static_cast<int>(SA_RESTART);
  sigaction(SIGPIPE, &action, nullptr);
}

bool interrupted() { return received.load(std::memory_order_relaxed) != 0; }

bool pipe_closed() { return received.load(std::memory_order_relaxed) == SIGPIPE; }

int interrupt_status() { return 128 + received.load(std::memory_order_relaxed); }

}  // namespace nmfsep::cli
