#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nmfsep::cli {

/// Some threads that do what others must not wait for, in its order.
class RequestPool {
 public:
  explicit RequestPool(std::size_t threads, std::size_t most_waiting);
  ~RequestPool() { stop(); }
  RequestPool(const RequestPool&) = delete;
  RequestPool& operator=(const RequestPool&) = delete;

  /// Whether the work will be done: not where too much waits, or the pool has stopped.
  bool submit(std::function<void()> work);

  /// Takes no more, and returns when all that was taken is done.
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<std::function<void()>> waiting_;
  const std::size_t most_waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace nmfsep::cli
