// Bytes as a MIDI file. What is read must be notes that a score can be made of.
#include "fuzz/target.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/guidance/score/music_score.hpp"

namespace nmfsep::test {
namespace {

std::string file(const std::string& header, const std::string& events) {
  std::string bytes = "MThd" + std::string("\0\0\0\6", 4) + header + "MTrk";
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(events.size() >> static_cast<unsigned>(shift) & 0xFFU);
  return bytes + events;
}

void check(const MidiScore& score) {
  if (score.parts.empty()) report_find("no part");
  for (const ScorePart& part : score.parts) {
    if (part.name.empty() || part.notes.empty()) report_find("a part without name or notes");
    for (const ScoreNote& note : part.notes)
      if (!(note.begin >= 0 && note.end >= note.begin) || note.key < 0 || note.key > 127)
        report_find("a note that cannot be");
  }
  const MusicScore music(score.parts);
  for (const std::string& name : music.names())
    if (music.start(name, {{8000, {256, 64}}, 10, 0}).W.cols() != music.components(name))
      report_find(name);
}

}  // namespace

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  const std::string one = "\0\0\0\1\1\xE0"s;
  const std::string smpte = "\0\1\0\1\xE7\x28"s;
  const std::string notes = "\0\x90\x3C\x40\x60\x3E\x40\x60\x80\x3C\x40\0\xFF\x2F\0"s;
  const std::string meta =
      "\0\xFF\x51\3\7\xA1\x20\0\xFF\3\1X\0\xC0\x20\0\xF0\1\xF7\0\x99\x24\x7F\x81\0\x89\x24\0"s;
  return {file(one, notes), file(smpte, notes), file(one, meta + notes), file(one, ""), "MThd", ""};
}

}  // namespace nmfsep::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nmfsep;
  try {
    test::check(parse_midi(std::as_bytes(std::span(bytes, size)), "'f.mid'"));
  } catch (const FileError&) {
  }
  return 0;
}
