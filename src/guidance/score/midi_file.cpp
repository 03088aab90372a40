#include "nmfsep/guidance/score/midi_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "guidance/score/midi_clock.hpp"
#include "guidance/score/midi_track.hpp"
#include "guidance/small_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr int percussion = 9;  // the channel, counted from 0

/// Of General MIDI, eight programs each.
constexpr const char* families[] = {"piano",  "bells", "organ",      "guitar", "bass", "strings",
                                    "choir",  "brass", "reeds",      "pipes",  "lead", "pad",
                                    "effect", "folk",  "percussion", "noise"};

struct Header {
  std::uint32_t format = 0;
  std::uint32_t tracks = 0;
  std::uint32_t division = 0;
};

Header read_header(MidiBytes& bytes) {
  if (bytes.left() < 4 || bytes.text(4, "the header") != "MThd")
    bytes.fail_at(0, "begins no Standard MIDI File, which is MThd; export the score as MIDI");
  const std::uint32_t size = bytes.number(4, "the header");
  MidiBytes chunk = bytes.chunk(size, "the header");
  Header header;
  header.format = chunk.number(2, "the header");
  header.tracks = chunk.number(2, "the header");
  header.division = chunk.number(2, "the header");
  if (header.format > 1)
    bytes.fail_at(8, fmt::format("format {}, must be 0 or 1: others are no one piece; export the "
                                 "score as format 1",
                                 header.format));
  const std::uint32_t frames = 256 - (header.division >> 8U);
  const bool is_smpte = (header.division & 0x8000U) != 0;
  if ((header.division & (is_smpte ? 0xFFU : 0x7FFFU)) == 0 ||
      (is_smpte && frames != 24 && frames != 25 && frames != 29 && frames != 30))
    bytes.fail_at(12,
                  fmt::format("division 0x{:04X}, must be ticks of a quarter note, or of 24, 25, "
                              "29 or 30 frames a second; export it anew",
                              header.division));
  return header;
}

std::vector<MidiTrack> read_tracks(MidiBytes& bytes, const Header& header) {
  std::vector<MidiTrack> tracks;
  while (tracks.size() < header.tracks && !bytes.at_end()) {
    const std::string kind = bytes.text(4, "a chunk's name");
    const std::uint32_t size = bytes.number(4, "a chunk's length");
    MidiBytes chunk = bytes.chunk(size, "a chunk");
    if (kind == "MTrk") tracks.push_back(read_midi_track(std::move(chunk)));
  }
  if (tracks.size() < header.tracks)
    bytes.fail(fmt::format("ends after {} tracks, and its header says {}; export it anew",
                           tracks.size(), header.tracks));
  return tracks;
}

/// What a part is called of itself: its track, or its program's family; or nothing.
std::string own_name(const MidiTrack& track, int channel, bool by_track) {
  if (by_track && !track.name.empty()) try {
      validate_source_name(track.name);
      return track.name;
    } catch (const InvalidArgument&) {
    }
  if (channel == percussion) return "drums";
  const auto program = track.programs.find(channel);
  return program == track.programs.end() ? "" : families[program->second / 8];
}

/// Notes that are one part, and what it is called of itself.
struct Voice {
  int number = 0;
  std::string name;
  std::vector<MidiNote> notes;
};

std::vector<Voice> voices_by_track(const std::vector<MidiTrack>& tracks) {
  std::vector<Voice> voices;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    const MidiTrack& track = tracks[t];
    if (track.notes.empty()) continue;
    voices.push_back(
        {static_cast<int>(t) + 1, own_name(track, track.notes.front().channel, true), track.notes});
  }
  return voices;
}

/// `tracks` may hold programs beside the notes of the only track with some.
std::vector<Voice> voices_by_channel(const std::vector<MidiTrack>& tracks) {
  std::map<int, Voice> voices;
  for (const MidiTrack& track : tracks)
    for (const MidiNote& note : track.notes) {
      Voice& voice = voices[note.channel];
      voice.number = note.channel + 1;
      voice.name = own_name(track, note.channel, false);
      voice.notes.push_back(note);
    }
  std::vector<Voice> result;
  for (auto& [channel, voice] : voices) result.push_back(std::move(voice));
  return result;
}

std::vector<ScoreNote> in_seconds(const std::vector<MidiNote>& notes, const MidiClock& clock) {
  std::vector<ScoreNote> result;
  for (const MidiNote& note : notes)
    result.push_back(
        {clock.seconds(note.begin), clock.seconds(note.end), note.key, note.channel == percussion});
  std::stable_sort(result.begin(), result.end(),
                   [](const ScoreNote& a, const ScoreNote& b) { return a.begin < b.begin; });
  return result;
}

/// `name`, or with a number behind it where that is taken.
std::string fresh(const std::string& name, std::set<std::string>& taken) {
  for (int i = 1;; ++i) {
    const std::string one = i == 1 ? name : fmt::format("{}-{}", name, i);
    if (taken.insert(one).second) return one;
  }
}

}  // namespace

MidiScore parse_midi(std::span<const std::byte> bytes, const std::string& name) {
  MidiBytes walk(bytes, name);
  const Header header = read_header(walk);
  const std::vector<MidiTrack> tracks = read_tracks(walk, header);
  std::vector<MidiTempo> tempos;
  for (const MidiTrack& track : tracks)
    tempos.insert(tempos.end(), track.tempos.begin(), track.tempos.end());
  const MidiClock clock(header.division, std::move(tempos));
  std::vector<Voice> voices = voices_by_track(tracks);
  MidiScore score;
  if (voices.empty()) throw FileError(fmt::format("{}: has no notes; export the score anew", name));
  if (voices.size() == 1)
    if (std::vector<Voice> channels = voices_by_channel(tracks); channels.size() > 1) {
      score.has_tracks = false;
      voices = std::move(channels);
    }
  std::set<std::string> taken;
  for (const Voice& voice : voices) {
    const std::string own =
        voice.name.empty() ? fmt::format("{}-{}", score.word(), voice.number) : voice.name;
    score.parts.push_back({voice.number, fresh(own, taken), in_seconds(voice.notes, clock)});
  }
  return score;
}

MidiScore read_midi(const std::filesystem::path& path) {
  const std::string bytes = read_small_file(path, "score");
  return parse_midi(std::as_bytes(std::span(bytes)), nmfsep::quoted(path));
}

}  // namespace nmfsep
