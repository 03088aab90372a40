#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include "files/text_file.hpp"
#include "flags/commands.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "report/compared_stems.hpp"
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
  void check_flags() const;
  TrackQuery query(const StemFolder& folder) const;
  void find_tracks_to_show();
  void add_references();
  TrackScores score(const StemFolder& folder, Console& console) const;
  void read_separation_record();
  std::string usual_title() const;
  std::vector<std::string> inputs() const;

  std::vector<std::string> stems_;
  std::vector<StemFolder> folders_;
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
      .add_option(
          "stems", stems_,
          "The folder of a track's stems, as separate writes it. Of several methods a folder "
          "each: their stems change places on the page (METHOD=FOLDER names one)")
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
  app().add_flag(
      "--blind", request_.blind,
      "Compare methods without their names: each source's stand in an order of their own, "
      "the best can be chosen, and the page gives the choices as JSON");
  app()
      .add_option("--title", title_,
                  "Of the page (default: the folder's name, or of several that differ, Comparison)")
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
      "      -m bass.safetensors -m drums.safetensors --separation separate.json\n"
      "  nmfsep report few=out-25/song many=out-100/song -o compare.html --blind");
}

void Report::check_flags() const {
  if (!activations_.empty() && models_.empty())
    throw InvalidArgument("--activations are of the atoms of models; name these with -m");
  if (folders_.size() > 1 && !separation_.empty())
    throw InvalidArgument("--separation is of one folder of stems; name one, or leave it out");
  if (folders_.size() < 2 && request_.blind)
    throw InvalidArgument("--blind compares methods; name a folder of stems of each");
}

TrackQuery Report::query(const StemFolder& folder) const {
  TrackQuery query;
  query.references = references_;
  query.estimates = folder.path;
  query.mixture = mixture_;
  query.leave_out_extra = true;
  return query;
}

/// The mixture, stems by their names, those of other methods, and then the references.
void Report::find_tracks_to_show() {
  if (!mixture_.empty())
    request_.tracks.push_back({"mixture", ReportTrack::Role::mixture, mixture_});
  add_stems(folders_, request_.tracks);
  if (!references_.empty()) add_references();
}

void Report::add_references() {
  const StemFolder& first = folders_.front();
  const MatchedFiles matched = match_sources({"", references_, first.path}, query(first));
  for (std::size_t j = 0; j < matched.references.size(); ++j) {
    const fs::path& stem = matched.estimates[j].files.front();
    const auto track = std::find_if(request_.tracks.begin(), request_.tracks.end(),
                                    [&](const ReportTrack& one) { return one.path == stem; });
    if (track == request_.tracks.end()) continue;
    const auto place = static_cast<std::size_t>(track - request_.tracks.begin());
    request_.tracks.push_back({matched.references[j].name + " (reference)",
                               ReportTrack::Role::reference, matched.references[j].files.front(),
                               place});
  }
}

TrackScores Report::score(const StemFolder& folder, Console& console) const {
  const TrackFiles files{folder.path.filename().string(), references_, folder.path};
  ScoreOptions options;
  options.metrics = {Metric::sdr, Metric::sir, Metric::sar, Metric::si_sdr};
  if (!mixture_.empty()) options.oracles = {OracleMask::power_ratio};
  Diagnostics diagnostics = console.diagnostics();
  const MatchedFiles matched = match_sources(files, query(folder));
  return score_track(files.name, open_track(matched, mixture_, {Align::pad, {}}), options,
                     diagnostics);
}

std::vector<std::string> Report::inputs() const {
  std::vector<std::string> files = models_;
  if (!separation_.empty()) files.push_back(separation_);
  for (const ReportTrack& track : request_.tracks) files.push_back(track.path.string());
  return files;
}

/// Settings, versions and cost, where they are known.
void Report::read_separation_record() {
  Json separation;
  if (!separation_.empty()) {
    separation = read_separation(separation_);
    request_.record = record_of(separation, folders_.front().path, separation_);
  }
  request_.facts = facts_of(separation, request_.record);
}

/// The track's name, where the folders are called alike; that of one method would give it away.
std::string Report::usual_title() const {
  const auto name_of = [](const StemFolder& folder) {
    const fs::path path = folder.path.lexically_normal();
    return (path.has_filename() ? path : path.parent_path()).filename().string();
  };
  const std::string name = name_of(folders_.front());
  const bool alike = std::all_of(folders_.begin(), folders_.end(),
                                 [&](const StemFolder& folder) { return name_of(folder) == name; });
  return alike ? name : "Comparison";
}

int Report::execute(Console& console) {
  request_.excerpt = {start_.value_or(0), duration_.value_or(usual_report_seconds)};
  request_.excerpt.validate();
  if (audio_ != "auto") request_.container = container_from_string(audio_);
  folders_ = stem_folders(stems_);
  check_flags();
  find_tracks_to_show();
  check_outputs(inputs(), {output_});
  PendingFile file(output_, overwrite());
  JsonOutput json(json_target(), overwrite());
  for (const std::string& path : models_)
    for (SourceModel& model : load_models(path)) request_.models.push_back(std::move(model));
  if (!activations_.empty()) request_.activations = read_activations(activations_, request_.models);
  read_separation_record();
  if (!references_.empty())
    for (const StemFolder& folder : folders_)
      request_.scores.push_back(
          {folders_.size() > 1 ? folder.method : "stem", score(folder, console)});
  add_file_facts(request_, models_);
  write_text(file, make_page(title_.empty() ? usual_title() : title_, request_, output_, console));
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
