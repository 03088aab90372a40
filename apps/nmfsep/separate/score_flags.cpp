#include "separate/score_flags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// "track 1 (piano), track 2 (bass)".
std::string parts_of(const MidiScore& score) {
  std::string text;
  for (const ScorePart& part : score.parts)
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : ", ", score.word(), part.number,
                        printable(part.name));
  return text;
}

/// Of "2=piano".
void rename_part(const std::string& text, MidiScore& score, const std::string& file) {
  const std::size_t equals = text.find('=');
  const auto number = parse_number<int>(text.substr(0, equals));
  if (equals == std::string::npos || !number)
    throw InvalidArgument(
        fmt::format("--track {}: must be N=NAME, as in 2=piano", printable(text)));
  const auto part = std::find_if(score.parts.begin(), score.parts.end(),
                                 [&](const ScorePart& one) { return one.number == *number; });
  if (part == score.parts.end())
    throw InvalidArgument(fmt::format("--track {}: {} has no notes there; there {} {}",
                                      printable(text), quoted(std::filesystem::path(file)),
                                      score.parts.size() == 1 ? "is" : "are", parts_of(score)));
  part->name = text.substr(equals + 1);
  validate_source_name(part->name);
}

}  // namespace

void MusicScoreFlags::add_to(Flags& app) {
  app.begin_group("Guidance");
  app.add_option("--score", file_,
                 "What the sources play, as a MIDI file in time with the mixture: each of its "
                 "tracks is a source, learnt from the mixture where its notes are")
      ->type_name("FILE");
  app.add_option("--track", tracks_,
                 "With --score: the name of the source that track N plays (of a file with one "
                 "track, channel N); tracks of one name are one source (may be given again)")
      ->one_value_each()
      ->type_name("N=NAME");
  app.add_option("--score-tolerance", tolerance_,
                 fmt::format("With --score: how far notes may be from where they sound (default: "
                             "{})",
                             MusicScoreOptions().tolerance))
      ->type_name("SECONDS");
}

std::shared_ptr<const MusicScore> MusicScoreFlags::score() const {
  if (!given() && !tracks_.empty())
    throw InvalidArgument("--track names a track of a score; give that with --score");
  if (!given() && tolerance_)
    throw InvalidArgument("--score-tolerance is of a score; give that with --score");
  if (!given()) return nullptr;
  MidiScore score = read_midi(file_);
  for (const std::string& text : tracks_) rename_part(text, score, file_);
  MusicScoreOptions options;
  options.tolerance = tolerance_.value_or(options.tolerance);
  return std::make_shared<const MusicScore>(score.parts, options);
}

}  // namespace nmfsep::cli
