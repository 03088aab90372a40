#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "paint/live_stems.hpp"

namespace nmfsep::cli {

/// How far a session is.
struct SessionState {
  Index version = 0;           ///< counts the sets of stems that have been
  bool busy = false;           ///< whether another is on its way
  std::string stage = "idle";  ///< of it: "painted", "all" or "learning"
  double progress = 0;         ///< of it, 0 to 1
  double milliseconds = 0;     ///< from the marks to this version
  std::vector<std::string> warnings = {};
  std::string error = {};  ///< why there is no newer one; or empty
  Index news = 0;          ///< counts what has changed in all this
};

/// A mixture that is separated again, by a thread of its own, whenever its marks change. All
/// members but the destructor may be called from any thread.
class Session {
 public:
  using Clock = std::chrono::steady_clock;

  /// Begins to separate. Throws InvalidArgument as LiveStems, and for marks of no source.
  Session(SeparationJob job, PaintedMixture mixture, Marks marks);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const PaintedMixture& mixture() const { return mixture_; }
  const SeparationJob& job() const { return job_; }
  const std::vector<std::string>& names() const { return names_; }
  Marks marks() const;

  /// Takes these marks for all before, gives up what is on its way, and answers the number of the
  /// separation that begins. Throws InvalidArgument for marks of no source: then nothing changes.
  /// `since` is when they came.
  Index mark(Marks marks, Clock::time_point since = Clock::now());

  /// Throws InvalidArgument for marks of no source.
  void require_sources(const Marks& marks) const;

  /// Throws InvalidArgument, with what to do, where such marks tell too little to separate at all.
  void require_enough(const Marks& marks) const;

  /// As soon as there is other news than these; after so long at most, or once the session stops.
  SessionState wait(Index news, std::chrono::milliseconds at_most);

  /// The stems of the newest version; none before the first.
  Layers layers() const;

  /// Gives up what is on its way, and lets nobody wait any more.
  void stop();

 private:
  void work();
  void separate(const Marks& marks, Index job);
  void learn(const Marks& marks, const ProgressCallback& progress);
  void begin_stage(const std::string& stage);
  void publish(bool is_last);
  void finish(const std::string& error);
  ProgressCallback progress_of(Index job);
  void changed();  ///< with mutex_ held

  const SeparationJob job_;
  const PaintedMixture mixture_;
  LiveStems live_;
  const std::vector<std::string> names_;
  Clock::time_point since_;  ///< when the marks came that the worker is at

  mutable std::mutex mutex_;  ///< guards all below
  std::condition_variable news_;
  Marks marks_;
  Index job_number_ = 1;
  Index done_ = 0;  ///< the job that was taken up last
  bool stopping_ = false;
  SessionState state_;
  Layers layers_;
  Clock::time_point marked_ = Clock::now();
  Clock::time_point last_progress_ = {};
  std::thread worker_;
};

}  // namespace nmfsep::cli
