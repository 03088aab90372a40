#include "nmfsep/guidance/score/midi_file.hpp"

#include "nmfsep/core/errors.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;

namespace {

std::string big(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}

std::string raw(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

std::string header(int format, int tracks, int division = 480) {
  return "MThd" + big(6, 4) + big(static_cast<std::uint32_t>(format), 2) +
         big(static_cast<std::uint32_t>(tracks), 2) + big(static_cast<std::uint32_t>(division), 2);
}

std::string chunk(const std::string& events) {
  return "MTrk" + big(static_cast<std::uint32_t>(events.size()), 4) + events;
}

const std::string end = raw({0, 0xFF, 0x2F, 0});
const std::string quarter = raw({0x83, 0x60});  // 480 ticks

MidiScore parse(const std::string& bytes) {
  return parse_midi(std::as_bytes(std::span(bytes)), "'song.mid'");
}

std::string complaint(const std::string& bytes) {
  try {
    parse(bytes);
  } catch (const FileError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("MIDI notes have times by the tempo, whose changes lie in any track") {
  const std::string first = raw({0, 0xFF, 3, 5, 'p', 'i', 'a', 'n', 'o'}) +
                            raw({0, 0x90, 60, 100}) + quarter + raw({60, 0})  // running status
                            + quarter + raw({0x90, 62, 100}) + quarter + raw({0x80, 62, 64}) + end;
  const std::string tempos = raw({0, 0xFF, 0x51, 3}) + big(1000000, 3) + quarter +
                             raw({0xFF, 0x51, 3}) + big(250000, 3) + raw({0, 0x99, 38, 90}) +
                             raw({0x60, 0x89, 38, 0}) + end;
  const MidiScore score = parse(header(1, 2) + chunk(first) + chunk(tempos));
  CHECK(score.has_tracks);
  REQUIRE(score.parts.size() == 2);
  CHECK(score.parts[0].number == 1);
  CHECK(score.parts[0].name == "piano");
  CHECK(score.parts[0].notes == std::vector<ScoreNote>{{0, 1, 60, false}, {1.25, 1.5, 62, false}});
  CHECK(score.parts[1].name == "drums");  // channel 10
  CHECK(score.parts[1].notes == std::vector<ScoreNote>{{1, 1.05, 38, true}});
}

TEST_CASE("one track's channels are the parts, called by their programs or numbers") {
  const std::string events = raw({0, 0xC0, 33}) + raw({0, 0x90, 40, 80}) + raw({0, 0x91, 60, 80}) +
                             raw({0, 0x92, 61, 80}) + raw({0, 0xC2, 39}) + quarter +
                             raw({0x80, 40, 0}) + end;
  const MidiScore score = parse(header(0, 1) + chunk(events));
  CHECK(score.word() == "channel");
  std::vector<std::string> names;
  for (const ScorePart& part : score.parts) names.push_back(part.name);
  CHECK(names == std::vector<std::string>{"bass", "channel-2", "bass-2"});
  CHECK(score.parts[2].number == 3);
  CHECK(score.parts[1].notes.front().end == 0.5);  // that never ends does so with its track
}

TEST_CASE("the only track with notes keeps its name where they are of one channel") {
  const std::string tempo = raw({0, 0xFF, 0x51, 3}) + big(1000000, 3) + end;
  const std::string events = raw({0, 0xFF, 3, 4, 's', 'o', 'l', 'o'}) + raw({0, 0xC3, 33}) +
                             raw({0, 0x93, 40, 80}) + quarter + raw({0x83, 40, 0}) + end;
  const MidiScore score = parse(header(1, 2) + chunk(tempo) + chunk(events));
  REQUIRE(score.parts.size() == 1);
  CHECK(score.parts[0].name == "solo");
  CHECK(score.parts[0].number == 2);
  CHECK(score.word() == "track");
}

TEST_CASE("several notes of a key end in their order, and what ends none counts for nothing") {
  const std::string events = raw({0, 0x80, 60, 0}) + raw({0, 0x90, 60, 80}) + quarter +
                             raw({0x90, 60, 80}) + quarter + raw({0x80, 60, 0}) + quarter +
                             raw({0x80, 60, 0}) + end;
  const MidiScore score = parse(header(0, 1) + chunk(events));
  CHECK(score.parts[0].notes == std::vector<ScoreNote>{{0, 1, 60, false}, {0.5, 1.5, 60, false}});
}

TEST_CASE("SMPTE times count no tempo; other chunks, system messages and texts are passed over") {
  const std::string events = raw({0, 0xFF, 0x51, 3}) + big(1, 3) + raw({0, 0xF0, 2, 0x7E, 0xF7}) +
                             raw({0, 0x90, 60, 80}) + raw({25, 0xE0, 0, 64}) +
                             raw({25, 0x80, 60, 0}) + end + "behind the end";
  const MidiScore score =
      parse(header(0, 1, 0xE728) + "XFIH" + big(3, 4) + "abc" + chunk(events));  // 25 × 40
  CHECK(score.parts[0].notes.front().end == Approx(0.05));
}

TEST_CASE("a malformed MIDI file is refused by name, byte and fault") {
  const std::string note = raw({0, 0x90, 60, 80});
  const auto check = [](const std::string& bytes, const std::string& fault) {
    INFO(fault);
    CHECK(complaint(bytes) == "'song.mid': " + fault);
  };
  CHECK_THAT(complaint(""), contains("'song.mid': byte 0: begins no Standard MIDI File"));
  CHECK_THAT(complaint("RIFF0000WAVE"), contains("byte 0: begins no Standard MIDI File"));
  check("MThd" + big(6, 4) + raw({0, 1}),
        "byte 8: the header is cut off: 2 bytes are left, 6 must be; export it anew");
  check("MThd" + big(2, 4) + raw({0, 1}),
        "byte 10: the header is cut off: 0 bytes are left, 1 must be; export it anew");
  CHECK_THAT(complaint(header(2, 1)), contains("byte 8: format 2, must be 0 or 1"));
  CHECK_THAT(complaint(header(0, 1, 0)), contains("byte 12: division 0x0000"));
  CHECK_THAT(complaint(header(0, 1, 0x8128)), contains("byte 12: division 0x8128"));
  CHECK_THAT(complaint(header(0, 1, 0xE700)), contains("byte 12: division 0xE700"));
  check(header(1, 2) + chunk(note + end),
        "byte 30: ends after 1 tracks, and its header says 2; export it anew");
  check(header(0, 1) + "MTrk" + big(99, 4) + note,
        "byte 22: a chunk is cut off: 4 bytes are left, 99 must be; export it anew");
  CHECK_THAT(complaint(header(0, 1) + "MTr"), contains("byte 14: a chunk's name is cut off"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0, 60, 80}))),
             contains("byte 23: 0x3C is no event, and none came before"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0, 0x90, 60, 0x90}))),
             contains("byte 25: an event's second value = 0x90, must be below 0x80"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0, 0xF4}))),
             contains("byte 23: 0xF4 is an event that no file holds"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0xFF, 0xFF, 0xFF, 0xFF, 0, 0x90, 60, 80}))),
             contains("byte 22: a time has more than four bytes"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0}))), contains("byte 23: an event is cut off"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0, 0xFF, 0x51, 2, 0, 0}))),
             contains("byte 25: a tempo of 2 bytes"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0, 0xFF, 0x51, 3, 0, 0, 0}))),
             contains("byte 26: a tempo of 0"));
  CHECK_THAT(complaint(header(0, 1) + chunk(raw({0, 0xFF, 1, 9, 'a'}))),
             contains("byte 26: a meta event is cut off"));
  check(header(0, 1) + chunk(end), "has no notes; export the score anew");
}

TEST_CASE("no cut and no changed byte of a MIDI file does worse than an error") {
  const std::string whole = test::read_bytes(test::project_folder() / "data/score.mid");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    CHECK(complaint(whole.substr(0, size)) != "none");
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const int value : {0x00, 0x7F, 0x80, 0xFF}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      complaint(changed);
    }
}

TEST_CASE("a name that no source may have is not taken from a track") {
  const std::string events = raw({0, 0xFF, 3, 3, '.', '.', '/'}) + raw({0, 0x90, 60, 80}) + end;
  CHECK(parse(header(1, 2) + chunk(events) + chunk(events)).parts[1].name == "track-2");
}

TEST_CASE("the demo's score has its three stems") {
  const MidiScore score = read_midi(test::project_folder() / "data/score.mid");
  REQUIRE(score.parts.size() == 3);
  CHECK(score.parts[0].name == "drums");
  CHECK(score.parts[1].name == "bass");
  CHECK(score.parts[2].name == "piano");
  CHECK(score.parts[1].notes.size() == 16);
  CHECK(score.parts[1].notes.front() == ScoreNote{0, 0.475, 41, false});
  CHECK(score.parts[1].notes.back().begin == 7.5);
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(read_midi(folder / "none.mid"), FileError);
}
