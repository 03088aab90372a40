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
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    struct sigaction action = {};
    sigaction(signal, nullptr, &action);
    const bool is_pipe = signal == SIGPIPE;
    if (action.sa_handler == SIG_IGN && !is_pipe) continue;  // nohup asks for that
    action.sa_handler = remember;
    // However often something is written to a pipe that nobody reads: there is still to tidy up.
    action.sa_flags = static_cast<int>(SA_RESTART | (is_pipe ? 0U : SA_RESETHAND));
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
}

bool interrupted() { return received.load(std::memory_order_relaxed) != 0; }

bool pipe_closed() { return received.load(std::memory_order_relaxed) == SIGPIPE; }

int interrupt_status() { return 128 + received.load(std::memory_order_relaxed); }

}  // namespace nmfsep::cli
