#pragma once

#include <string_view>

namespace nmfsep::cli {

/// Says `message` on stderr, removes the files that are not whole yet and ends the program, without
/// destructors. Async-signal-safe, and asks for no memory.
[[noreturn]] void leave_at_once(std::string_view message, int status) noexcept;

/// From now on the program ends with a message and status 1 where a library ends it for lack of
/// memory: FFTW's planner aborts, libsndfile's FLAC encoder uses what it did not get, others throw
/// where nothing may be thrown.
void say_last_words_when_aborted();

}  // namespace nmfsep::cli
