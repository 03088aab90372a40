#pragma once

namespace nmfsep::cli {

/// From now on SIGINT, SIGTERM, SIGHUP (the terminal was closed) and SIGPIPE (nobody reads what is
/// written) do not end the program but are remembered, so that it can stop at the next safe point
/// and take its temporary files with it. Where none comes within 30 ms (SIGPIPE apart), or with a
/// second signal, it ends on the spot: the temporary files go all the same.
void watch_for_interrupts();

/// Whether such a signal has come.
bool interrupted();

/// Whether the first of them said that nobody reads what we write any more.
bool pipe_closed();

/// From now on the program stops by itself after a signal, however long that takes.
void stop_without_haste();

/// Exit status that tells of it: 128 + the signal's number.
int interrupt_status();

}  // namespace nmfsep::cli
