#include "separate/batch/separate_batch.hpp"

#include <fmt/format.h>

#include <chrono>
#include <new>
#include <ostream>

#include "console/interrupt.hpp"
#include "files/audio_inputs.hpp"
#include "files/file_hash.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "separate/batch/batch_progress.hpp"
#include "separate/batch/jobs.hpp"

namespace nmfsep::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// How much of the inputs is separated, as far as their headers tell.
std::vector<double> lengths_of(const std::vector<StemPlan>& plans, const SeparationJob& job) {
  std::vector<double> seconds(plans.size(), 0);
  for (std::size_t i = 0; i < plans.size(); ++i) try {
      AudioReader reader = open_again(plans[i].input, job.take_what_is_there);
      const AudioInfo info = ExcerptSource(reader, job.excerpt).info();
      seconds[i] = static_cast<double>(info.length.value_or(0)) / info.sample_rate;
    } catch (const FileError&) {  // it is named when its turn comes
    }
  return seconds;
}

Json failure(const std::string& error, Console& console) {
  console.error(error);
  return {{"status", "failed"}, {"error", error}};
}

/// The last words of a batch.
void sum_up(const Json& tracks, double elapsed, std::size_t passed_over, Console& console) {
  std::size_t done = 0;
  double seconds = 0;
  std::vector<std::string> failed;
  for (const Json& track : tracks) {
    if (track["status"] == "failed") failed.push_back(track["input"]);
    if (track["status"] != "done") continue;
    ++done;
    seconds += track["seconds"].get<double>();
  }
  console.note(
      fmt::format("{} of {} files separated, {} skipped, {} failed{}: {} of audio in {}, "
                  "{}",
                  done, tracks.size(), tracks.size() - done - failed.size(), failed.size(),
                  passed_over > 0 ? fmt::format(", {} passed over", passed_over) : "",
                  clock_time(seconds), clock_time(elapsed), times_real_time(seconds / elapsed)));
  if (failed.empty()) return;
  console.error(fmt::format("{} of {} files failed:", failed.size(), tracks.size()));
  for (const std::string& input : failed) console.error(nmfsep::quoted(input));
}

}  // namespace

Json SeparateBatch::run(const std::vector<StemPlan>& plans, Console& console) const {
  const auto start = Clock::now();
  std::vector<Json> tracks(plans.size());
  std::vector<double> lengths(plans.size(), 0);
  if (console.shows_progress()) lengths = lengths_of(plans, job_);
  BatchProgress progress(console, std::move(lengths));
  run_jobs(plans.size(), options_.jobs, console, [&](std::size_t i, Console& job_console) {
    if (interrupted()) throw Cancelled();
    job_console.set_display(progress.display(i));
    tracks[i] = {{"input", plans[i].input.string()}};
    tracks[i].update(process(plans[i], job_console));
    progress.finish(i, tracks[i]["status"] == "done");
  });
  if (plans.size() > 1 || options_.passed_over > 0)
    sum_up(tracks, seconds_since(start), options_.passed_over, console);
  return tracks;
}

Json SeparateBatch::process(const StemPlan& plan, Console& console) const {
  if (history_ == nullptr) return attempt(plan, console);
  try {
    const auto hash = file_hash(plan.input);
    const std::optional<Json> record = history_->settled(plan, hash);
    if (record && !(options_.retry_failed && (*record)["status"] == "failed"))
      return settled(plan, *record, console);
    history_->begin(plan, hash);
    const Json result = attempt(plan, console);
    history_->end(plan, hash, result);
    return result;
  } catch (const FileError& error) {
    return failure(error.what(), console);
  }
}

/// What is known of an input from an earlier run.
Json SeparateBatch::settled(const StemPlan& plan, const Json& record, Console& console) const {
  if (record["status"] == "failed")
    return failure(fmt::format("{}: failed in an earlier run, and nothing has changed; "
                               "--retry-failed tries again: {}",
                               nmfsep::quoted(plan.input), record.value("error", "")),
                   console);
  console.note(fmt::format("{}: skipped, its stems are there", nmfsep::quoted(plan.input)));
  return {{"status", "skipped"}};
}

Json SeparateBatch::attempt(const StemPlan& plan, Console& console) const {
  const auto start = Clock::now();
  try {
    if (!plan.fault.empty()) throw FileError(plan.fault);
    Json result = {{"status", "done"}};
    result.update(separate_track(job_, plan, console));
    result["elapsed_seconds"] = seconds_since(start);
    if (options_.lists_outputs)
      for (const auto& [what, output] : plan.files())
        console.out() << printable(output.native()) << std::endl;
    return result;
  } catch (const Cancelled&) {
    throw;
  } catch (const FileError& error) {
    return failure(error.what(), console);
  } catch (const std::bad_alloc&) {
    return failure(fmt::format("{}: out of memory", nmfsep::quoted(plan.input)), console);
  } catch (const std::exception& error) {
    return failure(fmt::format("{}: {}", nmfsep::quoted(plan.input), error.what()), console);
  }
}

}  // namespace nmfsep::cli
