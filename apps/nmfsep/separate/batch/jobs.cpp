#include "separate/batch/jobs.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <sstream>

namespace nmfsep::cli {
namespace {

/// Several jobs at once. No exception may reach oneTBB: it would cancel the loops inside the other
/// jobs, which would then go on with half of their results.
class ParallelJobs {
 public:
  ParallelJobs(std::size_t count, Console& console, const Job& job)
      : count_(count), console_(console), job_(job) {}

  void run(int at_once) {
    tbb::parallel_for(
        0, at_once, [this](int) { take_turns(); }, tbb::simple_partitioner());
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void take_turns() {
    for (std::size_t number = next_++; number < count_ && !stopped_; number = next_++)
      // A thread that waits within a job must not begin another one meanwhile.
      tbb::this_task_arena::isolate([&] { work(number); });
  }

  void work(std::size_t number) {
    std::ostringstream out;
    std::ostringstream err;
    try {
      Console console(out, err, console_);
      job_(number, console);
      say(number, {out.str(), err.str()});
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stopped_ = true;
    }
  }

  struct Words {
    std::string out;
    std::string err;
  };

  /// Says these when all before have spoken.
  void say(std::size_t number, Words words) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(words));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == spoken_;
         first = waiting_.erase(first), ++spoken_)
      console_.pass_on(first->second.out, first->second.err);
  }

  const std::size_t count_;
  Console& console_;
  const Job& job_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;

  std::mutex mutex_;  ///< guards all below
  std::exception_ptr failure_;
  std::map<std::size_t, Words> waiting_;
  std::size_t spoken_ = 0;
};

}  // namespace

void run_jobs(std::size_t count, int at_once, Console& console, const Job& job) {
  if (at_once > 1) return ParallelJobs(count, console, job).run(at_once);
  for (std::size_t number = 0; number < count; ++number) job(number, console);
}

}  // namespace nmfsep::cli
