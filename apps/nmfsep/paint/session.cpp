#include "paint/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

constexpr int few_updates = 10;  // of what is learnt, which another stroke undoes at most

std::vector<std::string> warnings_of(const PaintedMixture& mixture) {
  if (mixture.loudest > 0) return {};
  return {fmt::format("{} is silent, and so are its stems",
                      printable(mixture.path.filename().native()))};
}

}  // namespace

Session::Session(SeparationJob job, PaintedMixture mixture, Marks marks)
    : job_(std::move(job)),
      mixture_(std::move(mixture)),
      live_(job_, mixture_),
      names_(live_.names()),
      marks_(std::move(marks)) {
  require_sources(marks_);
  state_.warnings = warnings_of(mixture_);
  state_.busy = true;
  worker_ = std::thread([this] { work(); });
}

Session::~Session() {
  stop();
  worker_.join();
}

void Session::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed();
}

Marks Session::marks() const {
  const std::lock_guard lock(mutex_);
  return marks_;
}

Layers Session::layers() const {
  const std::lock_guard lock(mutex_);
  return layers_;
}

void Session::require_sources(const Marks& marks) const {
  if (marks.guide) marks.guide->require_sources(names_);
}

void Session::require_enough(const Marks& marks) const {
  if (marks.guide || !job_.models.empty()) return;
  throw InvalidArgument(
      "nothing tells the sources apart yet; paint where each of them is, or give models with -m");
}

Index Session::mark(Marks marks, Clock::time_point since) {
  require_sources(marks);
  const std::lock_guard lock(mutex_);
  marks_ = std::move(marks);
  marked_ = since;
  state_.busy = true;
  state_.error.clear();
  state_.progress = 0;
  ++job_number_;
  changed();
  return job_number_;
}

void Session::changed() {
  ++state_.news;
  news_.notify_all();
}

SessionState Session::wait(Index news, std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, at_most, [&] { return stopping_ || state_.news != news; });
  return state_;
}

void Session::work() {
  for (;;) {
    Marks marks;
    Index job = 0;
    {
      std::unique_lock lock(mutex_);
      news_.wait(lock, [this] { return stopping_ || done_ != job_number_; });
      if (stopping_) return;
      marks = marks_;
      job = done_ = job_number_;
      since_ = marked_;
    }
    try {
      separate(marks, job);
    } catch (const Cancelled&) {  // other marks wait, or the end
    } catch (const std::bad_alloc&) {
      finish("out of memory; paint on a shorter recording");
    } catch (const std::exception& error) {
      finish(error.what());
    }
  }
}

void Session::separate(const Marks& marks, Index job) {
  require_enough(marks);
  const ProgressCallback progress = progress_of(job);
  if (live_.follows_marks()) {
    begin_stage("painted");
    live_.explain_changed(marks, progress);
    return publish(true);
  }
  if (live_.learns()) return learn(marks, progress);
  begin_stage("all");
  live_.explain_all(marks, live_.iterations(), progress);
  publish(true);
}

/// Shows what a few updates gave, then what thrice as many did, and so on.
void Session::learn(const Marks& marks, const ProgressCallback& progress) {
  begin_stage("learning");
  const int all = live_.iterations();
  bool has_more = true;
  int shown = 0;
  for (int done = 0; has_more && done < all;) {
    const int updates = done > 0 && !live_.goes_on() ? all : std::min(few_updates, all - done);
    const auto of_all = [&](Progress part) {
      part.done += part.total > 0 ? done * part.total / updates : 0;
      part.total = part.total * all / updates;
      return progress(part);
    };
    has_more = live_.learn_on(marks, updates, of_all);
    done += updates;
    if (!has_more || done >= all || done < 3 * shown) continue;
    live_.show();
    publish(false);
    shown = done;
  }
  live_.show();
  publish(true);
}

ProgressCallback Session::progress_of(Index job) {
  return [this, job](const Progress& progress) {
    const std::lock_guard lock(mutex_);
    if (stopping_ || job_number_ != job) return Answer::cancel;
    const auto now = Clock::now();
    if (progress.total > 0 && now - last_progress_ > std::chrono::milliseconds(200)) {
      state_.progress = std::clamp(
          static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0);
      last_progress_ = now;
      changed();
    }
    return Answer::proceed;
  };
}

void Session::begin_stage(const std::string& stage) {
  const std::lock_guard lock(mutex_);
  state_.stage = stage;
  state_.progress = 0;
}

void Session::publish(bool is_last) {
  const std::lock_guard lock(mutex_);
  layers_ = live_.layers();
  ++state_.version;
  state_.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - since_).count();
  state_.busy = !is_last || job_number_ != done_;
  state_.progress = is_last ? 1 : state_.progress;
  if (is_last && !state_.busy) state_.stage = "idle";
  changed();
}

void Session::finish(const std::string& error) {
  const std::lock_guard lock(mutex_);
  if (job_number_ != done_) return;
  state_.busy = false;
  state_.stage = "idle";
  state_.error = error;
  changed();
}

}  // namespace nmfsep::cli
