#include "separate/batch/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>

#include "files/audio_inputs.hpp"
#include "files/file_hash.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

constexpr double trial_seconds = 5;  ///< of audio; enough that setting up counts little

/// Upper bound of what the stems of an input take, as FLAC packs them.
double output_bytes(const StemPlan& plan, const AudioInfo& info) {
  const int bytes = plan.format.sample_format == SampleFormat::pcm16   ? 2
                    : plan.format.sample_format == SampleFormat::pcm24 ? 3
                                                                       : 4;
  return static_cast<double>(plan.outputs.size()) * bytes * info.channels *
         static_cast<double>(info.length.value_or(0));
}

std::string size(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.3g} MB", bytes / 1e6)
                     : fmt::format("{:.3g} GB", bytes / 1e9);
}

/// Throws AudioFileError where the separation would do so before its first block, as it does when
/// memory would not suffice.
void begin(const Separator& separator, AudioSource& mixture) {
  Diagnostics unheard;
  try {
    separator.separate(
        mixture, [](std::size_t, const MatrixView&, const MatrixView&) {}, unheard,
        [](const Progress&) { return Answer::cancel; });
  } catch (const Cancelled&) {
  }
}

double sum_of(const Json& tracks, const char* key) {
  double sum = 0;
  for (const Json& track : tracks) sum += track.value(key, 0.0);
  return sum;
}

}  // namespace

Json DryRun::run(const std::vector<StemPlan>& plans, Console& console) const {
  Json tracks = Json::array();
  for (const StemPlan& plan : plans) {
    Json track = {{"input", plan.input.string()}};
    try {
      track.update(foresee(plan, console));
    } catch (const Cancelled&) {
      throw;
    } catch (const std::exception& error) {
      console.error(error.what());
      track.update({{"status", "failed"}, {"error", error.what()}});
    }
    tracks.push_back(track);
  }
  sum_up(tracks, console);
  return tracks;
}

Json DryRun::foresee(const StemPlan& plan, Console& console) const {
  if (!plan.fault.empty()) throw FileError(plan.fault);
  if (is_settled(plan)) {
    console.note(fmt::format("{}: would be skipped", nmfsep::quoted(plan.input)));
    return {{"status", "skipped"}};
  }
  Diagnostics diagnostics = console.diagnostics();
  AudioReader reader(plan.input, job_.take_what_is_there ? &diagnostics : nullptr);
  ExcerptSource mixture(reader, job_.excerpt);
  const AudioInfo info = mixture.info();
  const std::shared_ptr<const Separator> separator = separator_for(job_, info.sample_rate);
  begin(*separator, mixture);
  Json outputs;
  for (std::size_t s = 0; s < plan.stems.size(); ++s)
    outputs[plan.stems[s].name] = plan.outputs[s].string();
  if (options_.lists_outputs)
    for (const auto& [what, output] : plan.files())
      console.out() << printable(output.native()) << std::endl;
  return {{"status", "planned"},
          {"seconds", static_cast<double>(info.length.value_or(0)) / info.sample_rate},
          {"outputs", outputs},
          {"output_bytes", output_bytes(plan, info)},
          {"memory_bytes", memory_needed(job_, info)}};
}

bool DryRun::is_settled(const StemPlan& plan) const {
  if (history_ == nullptr) return false;
  const std::optional<Json> record = history_->settled(plan, file_hash(plan.input));
  return record && !(options_.retry_failed && (*record)["status"] == "failed");
}

/// Seconds of audio a second, by separating the beginning of the first input that can be.
std::optional<double> DryRun::trial_rate(const Json& tracks) const {
  for (const Json& track : tracks) try {
      if (track["status"] != "planned") continue;
      AudioReader reader = open_again(track["input"].get<std::string>(), job_.take_what_is_there);
      const AudioInfo& info = reader.info();
      AudioBuffer excerpt{
          Matrix(static_cast<Index>(trial_seconds * info.sample_rate), info.channels),
          info.sample_rate};
      excerpt.samples.conservativeResize(reader.read(excerpt.samples), Eigen::NoChange);
      BufferSource source(excerpt, reader.name());
      const std::shared_ptr<const Separator> separator = separator_for(job_, info.sample_rate);
      Diagnostics unheard;
      const auto start = std::chrono::steady_clock::now();
      separator->separate(
          source, [](std::size_t, const MatrixView&, const MatrixView&) {}, unheard);
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
      return excerpt.seconds() / spent.count();
    } catch (const FileError&) {  // the run itself will name it
    }
  return std::nullopt;
}

void DryRun::sum_up(const Json& tracks, Console& console) const {
  const double seconds = sum_of(tracks, "seconds");
  const auto planned = std::count_if(
      tracks.begin(), tracks.end(), [](const Json& track) { return track["status"] == "planned"; });
  const std::optional<double> rate = trial_rate(tracks);
  double memory = 0;
  for (const Json& track : tracks) memory = std::max(memory, track.value("memory_bytes", 0.0));
  console.note(fmt::format(
      "{} of {} files would be separated{}: {} of audio, stems of up to {}, "
      "memory of up to {}{}",
      planned, tracks.size(),
      options_.passed_over > 0 ? fmt::format(", {} are passed over", options_.passed_over) : "",
      clock_time(seconds), size(sum_of(tracks, "output_bytes")), size(memory * options_.jobs),
      rate ? fmt::format("; time about {}, by a trial at {}", clock_time(seconds / *rate),
                         times_real_time(*rate))
           : ""));
}

}  // namespace nmfsep::cli
