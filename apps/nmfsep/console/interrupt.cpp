// Signals enter here. A handler may touch little more than a lock-free atomic, hence the global.
#include "console/interrupt.hpp"

#include <sys/time.h>

#include <atomic>
#include <csignal>

#include "console/last_words.hpp"

namespace nmfsep::cli {
namespace {

/// Then there is time left of a fifth of a second for the system to take back gigabytes.
constexpr suseconds_t patience = 30'000;  // µs

std::atomic<int> received = 0;
std::atomic<bool> in_haste = true;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

/// Has SIGALRM come after so long; never for 0.
void set_alarm(suseconds_t microseconds) {
  const itimerval once = {{0, 0}, {0, microseconds}};
  ::setitimer(ITIMER_REAL, &once, nullptr);
}

void leave(int /*signal*/) { leave_at_once("nmfsep: interrupted\n", interrupt_status()); }

/// The first one counts: what comes of it may raise others.
void remember(int signal) {
  int none = 0;
  const bool is_first = received.compare_exchange_strong(none, signal, std::memory_order_relaxed);
  if (signal == SIGPIPE) return;
  if (!is_first) leave(signal);
  if (in_haste.load()) set_alarm(patience);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

}  // namespace

void watch_for_interrupts() {
  handle(SIGALRM, leave);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(signal))  // nohup asks for that
      handle(signal, remember);
  handle(SIGPIPE, remember);
}

bool interrupted() { return received.load(std::memory_order_relaxed) != 0; }

bool pipe_closed() { return received.load(std::memory_order_relaxed) == SIGPIPE; }

void stop_without_haste() {
  in_haste = false;
  set_alarm(0);
}

int interrupt_status() { return 128 + received.load(std::memory_order_relaxed); }

}  // namespace nmfsep::cli
