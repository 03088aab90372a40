#pragma once

#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

namespace nmfsep {

/// Calls `body(i)` for first <= i < last on many threads. Unlike a plain tbb::parallel_for it does
/// not end early, and silently, when a loop of the caller's around it is cancelled.
template <typename Integer, typename Body>
void parallel_for(Integer first, Integer last, const Body& body) {
  tbb::task_group_context context(tbb::task_group_context::isolated);
  tbb::parallel_for(first, last, body, context);
}

}  // namespace nmfsep
