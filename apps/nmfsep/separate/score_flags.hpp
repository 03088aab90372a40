#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flags/flags.hpp"
#include "nmfsep/guidance/score/music_score.hpp"

namespace nmfsep::cli {

/// The flags that say what the sources of a mixture play.
class MusicScoreFlags {
 public:
  void add_to(Flags& app);

  bool given() const { return !file_.empty(); }

  /// The MIDI file, or empty.
  const std::string& file() const { return file_; }

  /// What it says, or null without one. Throws FileError for a file that is no MIDI;
  /// InvalidArgument for a name of no track, options out of range, or those without a file.
  std::shared_ptr<const MusicScore> score() const;

 private:
  std::string file_;
  std::vector<std::string> tracks_;
  std::optional<double> tolerance_;
};

}  // namespace nmfsep::cli
