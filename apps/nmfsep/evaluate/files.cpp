#include "evaluate/files.hpp"

#include "evaluate/museval.hpp"
#include "evaluate/report.hpp"
#include "files/text_file.hpp"

namespace nmfsep::cli {

ScoreFiles::ScoreFiles(const std::string& csv, const std::string& museval_folder,
                       Overwrite overwrite)
    : overwrite_(overwrite), folder_(museval_folder) {
  if (!csv.empty()) csv_.emplace(csv, overwrite);
  if (!folder_.empty()) made_.add(folder_);
}

void ScoreFiles::add_track(const std::string& name) {
  if (!folder_.empty()) museval_.emplace(name, PendingFile(track_file(folder_, name), overwrite_));
}

void ScoreFiles::write(const Evaluation& evaluation) {
  if (csv_) write_text(*csv_, csv_of(evaluation));
  for (const TrackOutcome& track : evaluation.tracks) {
    const auto file = museval_.find(track.name);
    if (file == museval_.end() || !track.scores) continue;
    write_text(file->second, museval_document(*track.scores, evaluation.settings.options));
    made_.keep();
  }
}

std::filesystem::path track_file(const std::filesystem::path& folder, const std::string& track) {
  return folder / (track + ".json");
}

}  // namespace nmfsep::cli
