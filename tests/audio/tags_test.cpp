// Tags and cue points that an input has and its stems keep.
#include <sndfile.h>

#include <cstring>

#include "nmfsep/audio/audio_file.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;

namespace {

const AudioTags song{{{"title", "Près de l'eau"},
                      {"artist", "A & B"},
                      {"album", "Nine"},
                      {"tracknumber", "7"},
                      {"genre", "Folk"},
                      {"date", "1999"},
                      {"comment", "two\nlines"},
                      {"copyright", "nobody's"}},
                     {{0, "begin"}, {100, ""}, {999, "the énd"}}};

void write(const std::filesystem::path& path, const AudioFormat& format, const AudioTags& tags) {
  AudioWriter writer(PendingFile(path, Overwrite::replace), 1, 8000, format);
  writer.set_tags(tags);
  writer.write(test::noise(1, 1001, 1, 0.5F));
  writer.commit();
}

std::vector<std::pair<Index, std::string>> pairs(const std::vector<CuePoint>& cues) {
  std::vector<std::pair<Index, std::string>> result;
  for (const CuePoint& cue : cues) result.emplace_back(cue.sample, cue.name);
  return result;
}

}  // namespace

TEST_CASE("tags survive in WAV and FLAC, cue points with their names in WAV") {
  const test::TemporaryFolder folder;
  for (const SampleFormat samples :
       {SampleFormat::float32, SampleFormat::pcm16, SampleFormat::pcm24}) {
    write(folder / "a.wav", {Container::wav, samples}, song);
    const AudioTags read = AudioReader(folder / "a.wav").tags();
    CHECK(read.text == song.text);
    CHECK(pairs(read.cues) == pairs(song.cues));
    CHECK(read_audio(folder / "a.wav").length() == 1001);
  }
  write(folder / "a.flac", {Container::flac, SampleFormat::pcm16}, song);
  const AudioTags read = AudioReader(folder / "a.flac").tags();
  CHECK(read.text == song.text);
  CHECK(read.cues.empty());
}

TEST_CASE("without tags a file is the same bytes as ever, with tags the same samples") {
  const test::TemporaryFolder folder;
  write(folder / "none.wav", {}, {});
  test::write_audio(folder / "plain.wav", {test::noise(1, 1001, 1, 0.5F), 8000});
  CHECK((test::read_bytes(folder / "none.wav") == test::read_bytes(folder / "plain.wav")));
  write(folder / "tagged.wav", {}, song);
  CHECK((read_audio(folder / "tagged.wav").samples == read_audio(folder / "plain.wav").samples));
}

TEST_CASE("tags that are not UTF-8, too long or empty are left out when reading") {
  const test::TemporaryFolder folder;
  const auto path = folder / "latin.wav";
  SF_INFO info{};
  info.channels = 1;
  info.samplerate = 8000;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  REQUIRE(file != nullptr);
  sf_set_string(file, SF_STR_ARTIST, "caf\xe9");
  sf_set_string(file, SF_STR_TITLE, "good");
  sf_set_string(file, SF_STR_COMMENT, std::string(5000, 'x').c_str());
  const float samples[100] = {};
  sf_write_float(file, samples, 100);
  sf_close(file);
  CHECK(AudioReader(path).tags().text == std::map<std::string, std::string>{{"title", "good"}});
}

TEST_CASE("cue points behind the last sample, and chunks of hostile counts, do no harm") {
  const test::TemporaryFolder folder;
  AudioTags tags;
  for (int i = 0; i < 300; ++i) tags.cues.push_back({i * 10, "cue"});
  write(folder / "many.wav", {}, tags);
  CHECK(AudioReader(folder / "many.wav").tags().cues.size() == 101);  // up to frame 1000

  std::string bytes = test::read_bytes(folder / "many.wav");
  const std::size_t cue = bytes.find("cue ");
  for (const std::uint32_t count : {0U, 1U, 5000U, 0x10000000U, 0xFFFFFFFFU}) {
    std::memcpy(bytes.data() + cue + 8, &count, 4);
    test::write_bytes(folder / "hostile.wav", bytes);
    AudioReader reader(folder / "hostile.wav");
    CHECK(reader.tags().cues.size() <= 300);
  }
}
