#pragma once

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

namespace nmfsep::test {

/// Runs f where parallel loops have so many threads, also if the machine has fewer cores.
template <typename F>
void on_threads(int threads, const F& f) {
  const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  tbb::task_arena(threads).execute(f);
}

}  // namespace nmfsep::test
