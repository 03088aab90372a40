#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <mutex>
#include <new>
#include <ostream>

#include "evaluate/cache.hpp"
#include "evaluate/files.hpp"
#include "evaluate/report.hpp"
#include "evaluate/scores.hpp"
#include "evaluate/settings.hpp"
#include "flags/commands.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

class Evaluate final : public Command {
 public:
  explicit Evaluate(Flags& parent);

 private:
  int execute(Console& console) override;
  TrackRequest request() const;
  Json score_all(const std::vector<TrackPaths>& tracks, Console& console) const;
  Json score_one(const TrackPaths& track, const ScoreCache& cache, Diagnostics& diagnostics) const;
  void check_files(const std::vector<TrackPaths>& tracks) const;

  std::string references_, estimates_, mixture_, csv_, museval_, resume_;
  std::vector<std::string> renamed_;
  ScoreFlags flags_;
  ScoreSettings settings_;
};

Evaluate::Evaluate(Flags& parent)
    : Command(parent, "evaluate", "Score separated sources against their references") {
  app()
      .add_option("references", references_,
                  "A file, a folder of sources, or a folder of folders of sources")
      ->required()
      ->type_name("REFERENCES");
  app()
      .add_option("estimates", estimates_, "The same, with files of the same names")
      ->required()
      ->type_name("ESTIMATES");
  app()
      .add_option("--map", renamed_,
                  "The estimate of reference REF is called EST (may be given again)")
      ->one_value_each()
      ->type_name("REF=EST");
  app()
      .add_option("--mixture", mixture_,
                  "Also score the mixture, and how far the estimates improve on it: a file, or a "
                  "folder with TRACK.wav or TRACK/mixture.wav")
      ->type_name("PATH");
  flags_.add_to(app());
  app().add_option("--csv", csv_, "Write the scores as CSV to FILE")->type_name("FILE");
  app()
      .add_option("--museval-json", museval_, "Write FOLDER/TRACK.json as museval does")
      ->type_name("FOLDER");
  app()
      .add_option("--resume", resume_,
                  "Keep the scores of finished tracks in FOLDER, and do not compute them again")
      ->type_name("FOLDER");
  add_shared_flags();
  app().footer(
      "Examples:\n"
      "  nmfsep evaluate references/ out/song/\n"
      "  nmfsep evaluate test/ estimates/ --preset museval --json scores.json\n"
      "  nmfsep evaluate references/ out/song/ --oracle irm2,psm\n"
      "  nmfsep evaluate voice.wav estimate.wav --metrics si-sdr,stoi");
}

TrackRequest Evaluate::request() const {
  TrackRequest request{references_, estimates_, mixture_, {}};
  for (const std::string& text : renamed_) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw InvalidArgument(
          fmt::format("--map {}: must be REF=EST, as in vocals=voice", printable(text)));
    if (!request.renamed.emplace(text.substr(0, equals), text.substr(equals + 1)).second)
      throw InvalidArgument(
          fmt::format("--map {}: renames its reference a second time", printable(text)));
  }
  return request;
}

int Evaluate::execute(Console& console) {
  settings_ = flags_.settings();
  if (!museval_.empty()) settings_.frames = true;
  const std::vector<TrackPaths> paths = find_tracks(request());
  check_renamed(paths, request());
  check_files(paths);
  JsonOutput json(json_target(), overwrite());
  ScoreFiles files(csv_, museval_, overwrite());
  for (const TrackPaths& track : paths) files.add_track(track.name);
  for (const fs::path& folder : tracks_without_references(request()))
    console.warning(fmt::format("{}: has no references in {} and is not scored",
                                nmfsep::quoted(folder), nmfsep::quoted(references_)));
  const Json tracks = score_all(paths, console);
  const Json aggregate = aggregate_scores(tracks, settings_.metrics, settings_.statistic);
  if (!json.takes_stdout()) console.out() << table_of(tracks, aggregate, settings_.metrics);
  files.write(tracks, settings_.metrics);
  json.write({{"format", "nmfsep-evaluation"},
              {"version", 1},
              {"settings", to_json(settings_)},
              {"tracks", tracks},
              {"aggregate", aggregate}},
             console);
  const int failed = aggregate["failed"];
  if (failed > 0 && tracks.size() > 1)
    console.error(fmt::format("{} of {} tracks failed", failed, tracks.size()));
  return failed > 0 ? 1 : 0;
}

void Evaluate::check_files(const std::vector<TrackPaths>& tracks) const {
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  if (!csv_.empty()) outputs.push_back(csv_);
  for (const TrackPaths& track : tracks) {
    for (const fs::path& file : input_files(track, request())) inputs.push_back(file.string());
    for (const std::string& folder : {museval_, resume_})
      if (!folder.empty()) outputs.push_back(track_file(folder, track.name).string());
  }
  check_outputs(inputs, outputs);
}

Json Evaluate::score_all(const std::vector<TrackPaths>& tracks, Console& console) const {
  const ScoreCache cache(resume_, {to_json(settings_), settings_.frames}, request());
  const ProgressCallback progress = console.progress("evaluate");
  const auto total = static_cast<std::int64_t>(tracks.size());
  std::mutex mutex;
  std::int64_t done = 0;
  std::vector<Diagnostics> diagnostics(tracks.size());
  std::vector<Json> scores(tracks.size());
  // Nothing may be thrown out of this loop: it would end the others' loops in their midst.
  tbb::parallel_for(std::size_t{0}, tracks.size(), [&](std::size_t t) {
    {
      const std::lock_guard lock(mutex);
      if (progress({"track", done++, total, {}}) == Answer::cancel) return;
    }
    // While a track waits for its own tasks, its thread must not begin another track.
    tbb::this_task_arena::isolate([&] { scores[t] = score_one(tracks[t], cache, diagnostics[t]); });
  });
  report(progress, {"track", total, total, {}});
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    for (const Warning& warning : diagnostics[t].warnings()) console.warning(warning.message);
    if (scores[t].contains("error"))
      console.error(tracks.size() == 1 ? scores[t]["error"].get<std::string>()
                                       : fmt::format("track '{}': {}", printable(tracks[t].name),
                                                     scores[t]["error"].get<std::string>()));
  }
  return scores;
}

/// The track's scores, or its name and what went wrong.
Json Evaluate::score_one(const TrackPaths& track, const ScoreCache& cache,
                         Diagnostics& diagnostics) const {
  try {
    if (auto kept = cache.find(track)) return *kept;
    Json scores = score_track(track, request(), settings_, diagnostics);
    cache.keep(track, scores);
    return scores;
  } catch (const std::bad_alloc&) {
    return {{"name", track.name}, {"error", "out of memory"}};
  } catch (const std::exception& error) {
    return {{"name", track.name}, {"error", error.what()}};
  }
}

}  // namespace

std::unique_ptr<Command> make_evaluate(Flags& app) { return std::make_unique<Evaluate>(app); }

}  // namespace nmfsep::cli
