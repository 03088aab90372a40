// Which files `separate` takes for its inputs: files, folders and patterns, each file once.
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;

namespace {

/// A folder of short recordings, with what is none between them:
/// a.wav, b.FLAC (a WAV in truth), cover.jpg, notes.wav.txt, .hidden.wav, disc 2/a.wav,
/// disc 2/deep/c.wav, .trash/d.wav
class Album : public test::TemporaryFolder {
 public:
  Album() {
    for (const char* folder : {"album/disc 2/deep", "album/.trash", "album/empty"})
      std::filesystem::create_directories(*this / folder);
    for (const char* file : {"album/a.wav", "album/b.FLAC", "album/.hidden.wav",
                             "album/disc 2/a.wav", "album/disc 2/deep/c.wav", "album/.trash/d.wav"})
      test::write_audio(*this / file, test::swelling_tone(220, 1, 0.2));
    test::write_bytes(*this / "album/cover.jpg", "no sound");
    test::write_bytes(*this / "album/notes.wav.txt", "no sound");
  }

  /// Runs `separate … -c 2` here.
  test::ProgramResult run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "separate");
    for (const char* word : {"-c", "2", "--iterations", "2"}) arguments.emplace_back(word);
    return run_program(arguments, {path()});
  }

  /// The first stems that a run writes, a line each, in the order in which it says so.
  std::string tracks(std::vector<std::string> arguments) const {
    const auto result = run(std::move(arguments));
    INFO(result.err);
    CHECK(result.status == 0);
    std::istringstream lines(result.out);
    std::string found;
    for (std::string line; std::getline(lines, line);)
      if (line.ends_with("/component-01.wav"))
        found += line.substr(0, line.find("/component-01")) + "\n";
    return found;
  }
};

}  // namespace

TEST_CASE("a folder stands for its audio files, sorted, without what is hidden or below") {
  CHECK(Album().tracks({"album"}) == "separated/a\nseparated/b\n");
}

TEST_CASE(
    "the flag --recursive also takes the folders below, which keep their names in the output") {
  CHECK(Album().tracks({"album", "--recursive"}) ==
        "separated/a\nseparated/b\nseparated/disc 2/a\nseparated/disc 2/deep/c\n");
}

TEST_CASE("a quoted pattern is expanded by the program, sorted") {
  const Album folder;
  CHECK(folder.tracks({"album/[ab].*", "-o", "x"}) == "x/a\nx/b\n");
  CHECK(folder.tracks({"album/disc*", "-o", "y"}) == "y/a\n");
}

TEST_CASE("files, folders and patterns mix, and each file counts once, where it is named first") {
  const Album folder;
  std::filesystem::create_symlink(folder / "album/a.wav", folder / "album/link.wav");
  CHECK(folder.tracks({"album/b.FLAC", "album", "./album/../album/a.wav", "album/*.wav"}) ==
        "separated/b\nseparated/a\n");
}

TEST_CASE("a file whose name is a pattern is that file") {
  const Album folder;
  test::write_audio(folder / "a[1].wav", test::swelling_tone(220, 1, 0.2));
  CHECK(folder.tracks({"a[1].wav"}) == "separated/a[1]\n");
}

TEST_CASE("a file that is named is tried whatever its name, and what is hidden too") {
  const Album folder;
  std::filesystem::rename(folder / "album/a.wav", folder / "album/a.dat");
  CHECK(folder.tracks({"album/a.dat", "album/.hidden.wav"}) == "separated/a\nseparated/.hidden\n");
  CHECK_THAT(folder.run({"album/cover.jpg", "-o", "x"}).err, contains("cover.jpg"));
}

TEST_CASE("the stems of an earlier run are no inputs of the next") {
  const Album folder;
  const std::string first = folder.tracks({"album", "--recursive", "-o", "album/stems"});
  CHECK(folder.tracks({"album", "--recursive", "-o", "album/stems", "--overwrite"}) == first);
}

TEST_CASE("a circle of links is searched once") {
  const Album folder;
  std::filesystem::create_directory_symlink("..", folder / "album/disc 2/up");
  CHECK(folder.tracks({"album/disc 2", "--recursive"}) == "separated/a\nseparated/deep/c\n");
}

TEST_CASE("a folder below that cannot be read fails alone, as a file would") {
  const Album folder;
  namespace fs = std::filesystem;
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(folder / "album/disc 2/deep", fs::perms::none);
  std::vector<std::string> words{
      test::program_path(), "separate", "album", "--recursive", "-c", "2", "--iterations", "2"};
  if (::geteuid() == 0) {  // who may read anything
    if (test::run_command({"setpriv", "--version"}).status != 0) NMFSEP_SKIP("no setpriv here");
    words.insert(words.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  }
  const auto result = test::run_command(words, {folder.path()});
  fs::permissions(folder / "album/disc 2/deep", fs::perms::owner_all);
  INFO(result.err);
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("'album/disc 2/deep': cannot open: Permission denied") &&
                             contains("3 of 4 files separated, 0 skipped, 1 failed"));
}

TEST_CASE("what stands for nothing is refused before any work") {
  const Album folder;
  const auto check = [&](const std::string& argument, const std::string& complaint) {
    const auto before = folder.entries();
    const auto result = folder.run({"album/a.wav", argument});
    INFO(argument);
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, contains("'" + argument + "'") && contains(complaint));
    CHECK(folder.entries() == before);
  };
  check("album/*.ogg", "no file matches");
  check("album/empty", "no audio files in this folder; --recursive");
  check("album/e*", "no audio files in this folder");
}

namespace {

/// A folder `in` with a song that is read, one that is not, and a picture.
class MixedFolder : public test::TemporaryFolder {
 public:
  MixedFolder() {
    std::filesystem::create_directories(*this / "in/more");
    test::write_audio(*this / "in/b.flac", test::swelling_tone(220, 1, 0.2));
    test::write_bytes(*this / "in/it's a.m4a", std::string(4, '\0') + "ftypM4A no sound");
    test::write_bytes(*this / "in/cover.jpg", "no sound");
  }

  test::ProgramResult run(std::vector<std::string> more) const {
    std::vector<std::string> words{"separate", "in", "-c", "2", "--iterations", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words, {path()});
  }
};

}  // namespace

TEST_CASE("what lies in a folder and is not separated is named with the reason and the way out") {
  const MixedFolder folder;
  const std::string warning =
      R"(nmfsep: warning: 'in/it's a.m4a': passed over: its kind is not read; )"
      R"(convert it: ffmpeg -i 'in/it'\''s a.m4a' 'in/it'\''s a.flac')";
  const auto result = folder.run({"--json", "r.json"});
  CHECK(result.status == 0);
  CHECK_THAT(result.err,
             contains(warning) &&
                 contains("passed over: 'in/cover.jpg' (its name is not that of an "
                          "audio file), 'in/more' (a folder; --recursive") &&
                 contains("1 of 1 files separated, 0 skipped, 0 failed, 3 passed over"));
  const auto json = nlohmann::json::parse(test::read_bytes(folder / "r.json"));
  REQUIRE(json["passed_over"].size() == 3);
  CHECK(json["passed_over"][1]["path"] == "in/it's a.m4a");
  CHECK_THAT(json["passed_over"][1]["reason"].get<std::string>(), contains("ffmpeg -i "));

  const auto dry = folder.run({"--dry-run", "-o", "dry"});
  CHECK(dry.status == 0);
  CHECK_THAT(dry.err,
             contains(warning) && contains("1 of 1 files would be separated, 3 are passed over"));
}

TEST_CASE("of many files that are passed over the first few are named and the others counted") {
  const MixedFolder folder;
  for (int i = 0; i < 9; ++i)
    test::write_bytes(folder / ("in/song" + std::to_string(i) + ".wma"), "no sound");
  const auto result = folder.run({});
  CHECK(result.status == 0);
  CHECK_THAT(result.err, contains("song3.wma") && !contains("song4.wma") &&
                             contains("10 files passed over, and 5 more, which --json names"));
}

TEST_CASE("a folder in which nothing can be read is an error with the way out") {
  const MixedFolder folder;
  std::filesystem::remove(folder / "in/b.flac");
  const auto result = folder.run({});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("'in': no audio files that this program reads in this folder") &&
                             contains("ffmpeg -i 'in/it'\\''s a.m4a'"));
}

TEST_CASE("a file that is named and not read is told what converts it, by what it holds too") {
  const MixedFolder folder;
  std::filesystem::rename(folder / "in/it's a.m4a", folder / "x.dat");
  CHECK_THAT(run_program({"separate", "x.dat", "-c", "2"}, {folder.path()}).err,
             contains("'x.dat': is not audio that this program reads") &&
                 contains("; convert it: ffmpeg -i x.dat x.flac"));
  CHECK_THAT(run_program({"separate", "in/cover.jpg", "-c", "2"}, {folder.path()}).err,
             contains("is not audio") && !contains("ffmpeg"));
}
