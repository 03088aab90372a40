#pragma once

#include <string>
#include <vector>

#include "nmfsep/guidance/guide.hpp"
#include "nmfsep/guidance/score/midi_file.hpp"

namespace nmfsep {

/// How far a recording may be from its score.
struct MusicScoreOptions {
  double tolerance = 0.2;  ///< seconds that a note may sound before it begins and after it ends,
                           ///< beside what rings on; 0 to 10
  double semitones = 0.5;  ///< that a partial may be off its place; at least two bins are allowed

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// What a source's spectra and their activations may be: 0 where never, otherwise where to start.
struct ScoreStart {
  Matrix W;  ///< bins × atoms
  Matrix H;  ///< atoms × frames, 0 or 1
};

/// What a score says of each source (Ewert & Müller, 2012, Proc. ICASSP): the atoms of a note lie
/// on its partials and sound while it does, with a tolerance for both. A key of percussion is an
/// atom of any spectrum, which rings for a moment from each stroke on. Atoms of any spectrum for
/// the attacks of notes, as there, take what is struck at the same time: measured, they made it
/// worse.
class MusicScore {
 public:
  /// Parts of one name are one source. Throws InvalidArgument for bad options, and no part.
  MusicScore(const std::vector<ScorePart>& parts, MusicScoreOptions options = {});

  /// The sources, in the order of their first parts.
  std::vector<std::string> names() const;
  /// Whether it says anything of this source.
  bool has(const std::string& name) const;
  /// Atoms of a source that it has.
  Index components(const std::string& name) const;
  /// Throws InvalidArgument where no note of any source is within these frames.
  void require_notes(const GuideGrid& grid) const;
  /// Where a source that it has starts. Notes that are not within the frames count for nothing.
  ScoreStart start(const std::string& name, const GuideGrid& grid) const;

 private:
  const ScorePart& part(const std::string& name) const;

  std::vector<ScorePart> parts_;  ///< one a source
  MusicScoreOptions options_;
};

}  // namespace nmfsep
