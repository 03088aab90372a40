#pragma once

#include <string>
#include <vector>

#include "flags/flags.hpp"
#include "nmfsep/scoring/track_files.hpp"

namespace nmfsep::cli {

/// The arguments and flags that say which files are scored against which.
class TrackFlags {
 public:
  void add_to(Flags& app);

  /// `any_names`: what is in the files says which estimate is of which reference. Throws
  /// InvalidArgument for what is not well formed, is said twice, or contradicts.
  TrackQuery query(bool any_names) const;

 private:
  std::string references_, estimates_, mixture_, sources_, ignored_;
  std::vector<std::string> renamed_, groups_;
  bool leave_out_extra_ = false;
};

/// Throws InvalidArgument where a reference is renamed that no track has.
void check_renamed(const TrackQuery& query, const std::vector<TrackFiles>& tracks);

}  // namespace nmfsep::cli
