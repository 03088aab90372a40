#pragma once

#include <cstddef>
#include <functional>

#include "console/console.hpp"

namespace nmfsep::cli {

/// A piece of a run's work, by its number, and the console that it speaks to.
using Job = std::function<void(std::size_t number, Console& console)>;

/// Does the jobs 0 to `count` − 1, up to `at_once` at the same time, within the threads that the
/// run may use. What they say comes out in the order of their numbers and never mixed; of a single
/// one at a time, as it is said. Throws what a job throws, once the others that run have ended;
/// then no further one is begun.
void run_jobs(std::size_t count, int at_once, Console& console, const Job& job);

}  // namespace nmfsep::cli
