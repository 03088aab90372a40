#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include "files/inputs.hpp"
#include "files/text_file.hpp"
#include "flags/commands.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "report/make_page.hpp"
#include "report/separation_record.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

class Report final : public Command {
 public:
  explicit Report(Flags& parent);

 private:
  int execute(Console& console) override;
  TrackQuery query() const;
  void find_tracks_to_show();
  TrackScores score(Console& console) const;
  std::vector<std::string> inputs() const;

  std::string stems_;
  std::string output_;
  std::string mixture_;
  std::string references_;
  std::vector<std::string> models_;
  std::string activations_;
  std::string separation_;
  std::string title_;
  std::optional<double> start_;
  std::optional<double> duration_;
  std::string audio_ = "auto";
  ReportRequest request_;
};

Report::Report(Flags& parent)
    : Command(
          parent, "report",
          "Make a page that plays a track's stems beside each other, with pictures and scores") {
  app()
      .add_option("stems", stems_, "The folder of a track's stems, as separate writes it")
      ->required()
      ->type_name("FOLDER");
  app()
      .add_option("-o,--output", output_, "The page, one file that needs no other and no network")
      ->required()
      ->type_name("FILE")
      ->changes_no_result();
  app().add_option("--mixture", mixture_, "What was separated")->type_name("FILE");
  app()
      .add_option("--references", references_,
                  "What the stems should have been, a file a source of the same name: they are "
                  "scored, and heard in the place of stems")
      ->type_name("FOLDER");
  app()
      .add_option("-m,--model", models_,
                  "Show this model's atoms, each to be heard (may be given again)")
      ->one_value_each()
      ->type_name("MODEL");
  app()
      .add_option("--activations", activations_,
                  "When the models' atoms sound: the track's folder of separate "
                  "--save-activations")
      ->type_name("FOLDER");
  app()
      .add_option("--separation", separation_,
                  "Show settings, versions and the curve of the cost: the file of separate --json")
      ->type_name("FILE");
  app()
      .add_option("--title", title_, "Of the page (default: the folder's name)")
      ->type_name("TEXT");
  app()
      .add_option("--start", start_, "Where the excerpt begins (default: 0)")
      ->type_name("SECONDS");
  app()
      .add_option("--duration", duration_,
                  fmt::format("How long it is at most (default: {})", usual_report_seconds))
      ->type_name("SECONDS");
  app()
      .add_option("--audio", audio_,
                  "How sounds lie in the page: auto is flac where the page stays below 5 MB, else "
                  "mp3 (default: auto)")
      ->one_of({"auto", "flac", "wav", "mp3", "opus"})
      ->type_name("auto|flac|wav|mp3|opus");
  add_shared_flags();
  app().footer(
      "Examples:\n"
      "  nmfsep report out/song -o song.html --mixture song.wav\n"
      "  nmfsep report out/song -o song.html --mixture song.wav --references stems/ \\\n"
      "      -m bass.safetensors -m drums.safetensors --separation separate.json");
}

TrackQuery Report::query() const {
  TrackQuery query;
  query.references = references_;
  query.estimates = stems_;
  query.mixture = mixture_;
  query.leave_out_extra = true;
  return query;
}

/// The mixture, stems by their names, and then the references.
void Report::find_tracks_to_show() {
  using Role = ReportTrack::Role;
  const std::string parts = fs::is_directory(stems_) ? stems_ : stems_ + "/";
  if (!mixture_.empty()) request_.tracks.push_back({"mixture", Role::mixture, mixture_});
  for (const InputFile& file : find_inputs({parts}, {}).files)
    request_.tracks.push_back({file.path.stem().string(), Role::stem, file.path});
  if (references_.empty()) return;
  const MatchedFiles matched = match_sources({"", references_, stems_}, query());
  for (std::size_t j = 0; j < matched.references.size(); ++j) {
    const fs::path& stem = matched.estimates[j].files.front();
    const auto track = std::find_if(request_.tracks.begin(), request_.tracks.end(),
                                    [&](const ReportTrack& one) { return one.path == stem; });
    if (track == request_.tracks.end()) continue;
    const auto place = static_cast<std::size_t>(track - request_.tracks.begin());
    request_.tracks.push_back({matched.references[j].name + " (reference)", Role::reference,
                               matched.references[j].files.front(), place});
  }
}

TrackScores Report::score(Console& console) const {
  const TrackFiles files{fs::path(stems_).filename().string(), references_, stems_};
  ScoreOptions options;
  options.metrics = {Metric::sdr, Metric::sir, Metric::sar, Metric::si_sdr};
  if (!mixture_.empty()) options.oracles = {OracleMask::power_ratio};
  Diagnostics diagnostics = console.diagnostics();
  const MatchedFiles matched = match_sources(files, query());
  return score_track(files.name, open_track(matched, mixture_, {Align::pad, {}}), options,
                     diagnostics);
}

std::vector<std::string> Report::inputs() const {
  std::vector<std::string> files = models_;
  if (!separation_.empty()) files.push_back(separation_);
  for (const ReportTrack& track : request_.tracks) files.push_back(track.path.string());
  return files;
}

int Report::execute(Console& console) {
  request_.excerpt = {start_.value_or(0), duration_.value_or(usual_report_seconds)};
  request_.excerpt.validate();
  if (audio_ != "auto") request_.container = container_from_string(audio_);
  if (!activations_.empty() && models_.empty())
    throw InvalidArgument("--activations are of the atoms of models; name these with -m");
  find_tracks_to_show();
  check_outputs(inputs(), {output_});
  PendingFile file(output_, overwrite());
  JsonOutput json(json_target(), overwrite());
  for (const std::string& path : models_)
    for (SourceModel& model : load_models(path)) request_.models.push_back(std::move(model));
  if (!activations_.empty()) request_.activations = read_activations(activations_, request_.models);
  Json separation;
  if (!separation_.empty()) {
    separation = read_separation(separation_);
    request_.record = record_of(separation, stems_, separation_);
  }
  if (!references_.empty()) request_.scores = score(console);
  request_.facts = facts_of(separation, request_.record);
  add_file_facts(request_, models_);
  const fs::path folder = fs::path(stems_).lexically_normal();
  const std::string name =
      folder.has_filename() ? folder.filename().string() : folder.parent_path().filename().string();
  write_text(file, make_page(title_.empty() ? name : title_, request_, output_, console));
  json.write({{"format", "nmfsep-report-written"},
              {"version", 1},
              {"page", output_},
              {"bytes", fs::file_size(output_)},
              {"tracks", request_.tracks.size()}},
             console);
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_report(Flags& app) { return std::make_unique<Report>(app); }

}  // namespace nmfsep::cli
