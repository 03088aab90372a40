#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "nmfsep/scoring/track_files.hpp"
#include "scoring/folder_contents.hpp"

namespace nmfsep {

/// Finds for each reference of a track its estimate. Throws FileError where a folder does not hold
/// what the query says.
class SourceMatcher {
 public:
  SourceMatcher(const TrackFiles& track, const TrackQuery& query);

  /// Once. Throws FileError, UnmatchedReference and UnmatchedEstimate.
  MatchedFiles matched();

 private:
  using Sources = std::map<std::string, std::vector<std::filesystem::path>>;  ///< by name

  static Sources sources_of(const AudioFiles& files);
  static std::vector<std::filesystem::path> taken(Sources& sources,
                                                  const std::vector<std::string>& members);
  static void take_sum(Sources& sources, const std::set<std::string>& matched,
                       std::vector<std::filesystem::path>& sums);

  MatchedFiles all_of_any_names();
  std::string wanted(const std::string& reference) const;
  void take_sums(std::vector<std::filesystem::path>& sums);
  void leave_out(const std::string& name);
  void keep_wanted();
  void add_group(const std::string& name, const std::vector<std::string>& members);
  SourceFiles estimate_of(const std::string& name);

  const TrackFiles& track_;
  const TrackQuery& query_;
  Sources references_, estimates_;
  std::string held_;  ///< the names of all estimates
};

}  // namespace nmfsep
