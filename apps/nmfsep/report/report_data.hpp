#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/excerpt_source.hpp"
#include "nmfsep/scoring/score_track.hpp"
#include "nmfsep/sources/source_model.hpp"
#include "report/report_dictionary.hpp"

namespace nmfsep::cli {

/// A file that is heard and seen.
struct ReportTrack {
  enum class Role { mixture, stem, other, reference };

  std::string name;
  Role role = Role::stem;
  std::filesystem::path path;
  std::size_t of = 0;                ///< of others and references: the stem that they stand in for
  std::filesystem::path audio = {};  ///< where it lies until `path` is its name; or empty
  double start_seconds = 0;          ///< in its file, of the moment at which the others begin
  std::string method = {};           ///< that made the stem, where several are compared
  bool take_what_is_there = false;   ///< of a file that is shorter than its header says
};

/// What a method's stems score; it is called "stem" where there is one.
struct MethodScores {
  std::string method;
  TrackScores scores;
};

/// How long a report plays at most, unless it is told.
inline constexpr double usual_report_seconds = 30;

/// All that a report shows.
struct ReportRequest {
  std::vector<ReportTrack> tracks;
  Excerpt excerpt;
  std::optional<Container> container = {};  ///< of the sounds inside; absent: what fits
  std::vector<MethodScores> scores = {};
  std::vector<SourceModel> models = {};
  std::map<std::string, AtomActivations> activations = {};  ///< of models, by their names
  Json record = {};  ///< of `separate --json`: the track's; or null
  std::vector<std::pair<std::string, std::string>> facts = {};  ///< a heading and what it says
  bool blind = false;  ///< methods have letters until the page is told to reveal them
};

/// What the page's scripts read. `report` is where the page will be. Throws FileError, Cancelled.
Json report_data(const ReportRequest& request, const std::filesystem::path& report,
                 Console& console);

}  // namespace nmfsep::cli
