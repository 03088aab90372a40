#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <ostream>

#include "console/interrupt.hpp"
#include "evaluate/cache.hpp"
#include "evaluate/files.hpp"
#include "evaluate/json.hpp"
#include "evaluate/report.hpp"
#include "evaluate/track_flags.hpp"
#include "flags/commands.hpp"
#include "flags/shard.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/scoring/combined_estimates.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

class Evaluate final : public Command {
 public:
  explicit Evaluate(Flags& parent);

 private:
  int execute(Console& console) override;
  TrackQuery query() const { return tracks_.query(settings_.assigns()); }
  void check_files(const std::vector<TrackFiles>& tracks) const;
  std::vector<TrackOutcome> score_all(const std::vector<TrackFiles>& tracks,
                                      Console& console) const;
  TrackOutcome score_one(const TrackFiles& track, const ScoreCache& cache,
                         Diagnostics& diagnostics) const;
  TrackOutcome score(const TrackFiles& track, Diagnostics& diagnostics) const;

  TrackFlags tracks_;
  ScoreFlags flags_;
  std::string csv_, museval_, resume_, shard_;
  ScoreSettings settings_;
};

/// What the library warns of, with the flag that helps.
std::string with_remedy(const Warning& warning) {
  if (warning.code == WarningCode::underdetermined)
    return warning.message + "; pass a smaller --filter-length";
  return warning.message;
}

Evaluate::Evaluate(Flags& parent)
    : Command(parent, "evaluate", "Score separated sources against their references") {
  tracks_.add_to(app());
  flags_.add_to(app());
  app().add_option("--csv", csv_, "Write the scores as CSV to FILE")->type_name("FILE");
  app()
      .add_option("--museval-json", museval_, "Write FOLDER/TRACK.json as museval does")
      ->type_name("FOLDER");
  app()
      .add_option("--resume", resume_,
                  "Keep the scores of finished tracks in FOLDER, and do not compute them again")
      ->type_name("FOLDER");
  add_shard_flag(app(), shard_, "tracks");
  add_shared_flags();
  app().footer(
      "Examples:\n"
      "  nmfsep evaluate references/ out/song/\n"
      "  nmfsep evaluate test/ estimates/ --preset museval --json scores.json\n"
      "  nmfsep evaluate references/ out/song/ --oracle irm2,psm\n"
      "  nmfsep evaluate voice.wav estimate.wav --metrics si-sdr,stoi");
}

int Evaluate::execute(Console& console) {
  settings_ = flags_.settings(!museval_.empty());
  const std::vector<TrackFiles> all = find_tracks(query());
  check_renamed(query(), all);
  check_files(all);
  const std::vector<TrackFiles> tracks = parse_shard(shard_).of(all);
  JsonOutput json(json_target(), overwrite());
  ScoreFiles files(csv_, museval_, overwrite());
  for (const TrackFiles& track : tracks) files.add_track(track.name);
  for (const fs::path& folder : tracks_without_references(query()))
    console.warning(fmt::format("{}: has no references in {} and is not scored",
                                nmfsep::quoted(folder), nmfsep::quoted(query().references)));
  Evaluation evaluation{settings_, score_all(tracks, console), {}};
  std::vector<TrackScores> scored;
  for (const TrackOutcome& track : evaluation.tracks)
    if (track.scores) scored.push_back(*track.scores);
  evaluation.aggregate = aggregate(scored, {settings_.options.statistic, settings_.spread});
  if (!json.takes_stdout()) console.out() << table_of(evaluation);
  files.write(evaluation);
  json.write(to_json(evaluation), console);
  const std::size_t failed = evaluation.failed();
  if (failed > 0 && tracks.size() > 1)
    console.error(fmt::format("{} of {} tracks failed", failed, tracks.size()));
  return failed > 0 ? 1 : 0;
}

void Evaluate::check_files(const std::vector<TrackFiles>& tracks) const {
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  if (!csv_.empty()) outputs.push_back(csv_);
  for (const TrackFiles& track : tracks) {
    for (const fs::path& file : input_files(track, query())) inputs.push_back(file.string());
    for (const std::string& folder : {museval_, resume_})
      if (!folder.empty()) outputs.push_back(track_file(folder, track.name).string());
  }
  check_outputs(inputs, outputs);
}

std::vector<TrackOutcome> Evaluate::score_all(const std::vector<TrackFiles>& tracks,
                                              Console& console) const {
  const ScoreCache cache(resume_, settings_, query());
  const ProgressCallback progress = console.progress("evaluate");
  const auto total = static_cast<std::int64_t>(tracks.size());
  std::mutex mutex;
  std::int64_t done = 0;
  std::vector<Diagnostics> diagnostics(tracks.size());
  std::vector<TrackOutcome> outcomes(tracks.size());
  // Nothing may be thrown out of this loop: it would end the others' loops in their midst.
  tbb::parallel_for(std::size_t{0}, tracks.size(), [&](std::size_t t) {
    {
      const std::lock_guard lock(mutex);
      if (progress({"track", done++, total, {}}) == Answer::cancel) return;
    }
    // While a track waits for its own tasks, its thread must not begin another track.
    tbb::this_task_arena::isolate(
        [&] { outcomes[t] = score_one(tracks[t], cache, diagnostics[t]); });
  });
  report(progress, {"track", total, total, {}});
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    for (const Warning& warning : diagnostics[t].warnings()) console.warning(with_remedy(warning));
    for (const std::string& remark : outcomes[t].remarks) console.warning(remark);
    if (outcomes[t].scores) continue;
    console.error(tracks.size() == 1 ? outcomes[t].error
                                     : fmt::format("track '{}': {}", printable(tracks[t].name),
                                                   outcomes[t].error));
  }
  return outcomes;
}

TrackOutcome Evaluate::score_one(const TrackFiles& track, const ScoreCache& cache,
                                 Diagnostics& diagnostics) const {
  const auto failed = [&](const std::string& error) {
    return TrackOutcome{track.name, {}, error, {}};
  };
  try {
    if (auto kept = cache.find(track)) return {track.name, std::move(kept), "", {}};
    TrackOutcome outcome = score(track, diagnostics);
    cache.keep(track, *outcome.scores);
    return outcome;
  } catch (const UnmatchedReference& error) {
    return failed(fmt::format(
        "{}, or pass --map {}=NAME, --group NAME=A,B for what is estimated together, --combine "
        "for components of -c, or --sources with those to score",
        error.what(), printable(error.name())));
  } catch (const UnmatchedEstimate& error) {
    return failed(fmt::format("{}; name it alike, pass --map or --leave-out-extra, or move it away",
                              error.what()));
  } catch (const LengthMismatch& error) {
    return failed(
        settings_.align == Align::pad
            ? fmt::format("{}; --align pad fits estimates to references, which must be "
                          "equally long; pass --align trim",
                          error.what())
            : fmt::format("{}; pass --align pad or --align trim to score them", error.what()));
  } catch (const std::bad_alloc&) {
    return failed("out of memory");
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

TrackOutcome Evaluate::score(const TrackFiles& track, Diagnostics& diagnostics) const {
  OpenOptions options{settings_.align, interrupted};
  MatchedFiles files = match_sources(track, query());
  std::optional<CombinationScores> combination;
  Diagnostics unheard;  // what is opened again below says it
  if (settings_.take_what_is_there) options.incomplete = &unheard;
  if (settings_.combine) combination = combine_estimates(files, options);
  if (settings_.take_what_is_there) options.incomplete = &diagnostics;
  const TrackSignals signals = open_track(files, mixture_of(track, query()), options);
  TrackOutcome outcome{
      track.name, score_track(track.name, signals, settings_.options, diagnostics), "", {}};
  outcome.scores->combination = combination;
  for (const fs::path& file : files.sums)
    outcome.remarks.push_back(
        fmt::format("{}: is the sum of the others in its folder, and no source: taken for the "
                    "mixture",
                    nmfsep::quoted(file)));
  for (const fs::path& file : files.left_out)
    outcome.remarks.push_back(
        fmt::format("{}: has no reference and is left out", nmfsep::quoted(file)));
  for (const std::string& name : outcome.scores->unassigned)
    outcome.remarks.push_back(fmt::format("'{}': estimate '{}' is of no reference",
                                          printable(track.name), printable(name)));
  return outcome;
}

}  // namespace

std::unique_ptr<Command> make_evaluate(Flags& app) { return std::make_unique<Evaluate>(app); }

}  // namespace nmfsep::cli
