#pragma once

namespace nmfsep::cli {

/// From now on SIGINT, SIGTERM, SIGHUP (the terminal was closed) and SIGPIPE (nobody reads what is
/// written) do not end the program but are remembered, so that it can stop at the next safe point
/// and take its temporary files with it. A second one, SIGPIPE apart, ends it at once.
void watch_for_interrupts();

/// Whether such a signal has come.
bool interrupted();

/// Whether the first of them said that nobody reads what we write any more.
bool pipe_closed();

/// Exit status that tells of it: 128 + the signal's number.
int interrupt_status();

}  // namespace nmfsep::cli
