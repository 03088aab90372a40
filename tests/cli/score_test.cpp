// What the sources of a mixture play: separate --score.
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;

namespace {

namespace fs = std::filesystem;

const fs::path data = test::project_folder() / "data";

double sdr(const Matrix& stem, const Matrix& truth) {
  return 10 * std::log10(truth.squaredNorm() / (truth - stem).squaredNorm());
}

/// The demo's bass and piano without its drums, duo.wav, and what they play, score.mid.
class Duo : public test::TemporaryFolder {
 public:
  Duo() {
    for (const char* name : names) truth.push_back(read_audio(data / "test" / file(name)).samples);
    test::write_audio(*this / "duo.wav", {truth[0] + truth[1], 22050});
    fs::copy(data / "score.mid", *this / "score.mid");
  }

  static std::string file(const std::string& name) { return name + ".flac"; }

  test::ProgramResult run(std::vector<std::string> more, const std::string& input = "duo.wav",
                          const std::string& out = "out") const {
    more.insert(more.begin(), {"separate", input, "--overwrite", "-o", out});
    return test::run_program(more, {path()});
  }

  void must(const test::ProgramResult& result) const {
    INFO(result.err);
    REQUIRE(result.status == 0);
  }

  Matrix stem(const std::string& name, const std::string& out = "out") const {
    return read_audio(*this / (out + "/duo/" + name + ".wav")).samples;
  }

  /// Of the two stems, as they are called.
  double mean_sdr(const std::string& bass, const std::string& piano) const {
    return (sdr(stem(bass), truth[0]) + sdr(stem(piano), truth[1])) / 2;
  }

  static constexpr const char* names[] = {"bass", "piano"};
  std::vector<Matrix> truth;
};

/// Two tracks without the drums.
void write_duo_score(const fs::path& path) {
  const std::string whole = test::read_bytes(data / "score.mid");
  const std::size_t first = whole.find("MTrk");
  const std::size_t second = whole.find("MTrk", first + 4);
  std::string duo = whole.substr(0, 14) + whole.substr(second);
  duo[11] = 2;  // tracks
  test::write_bytes(path, duo);
}

}  // namespace

TEST_CASE("a score alone separates 3 dB better than as many components in groups") {
  const Duo folder;
  write_duo_score(folder / "duo.mid");
  folder.must(folder.run({"--score", "duo.mid", "--json", "run.json"}));
  const double scored = folder.mean_sdr("bass", "piano");
  const Matrix sum = folder.stem("bass") + folder.stem("piano");
  CHECK((sum - read_audio(folder / "duo.wav").samples).cwiseAbs().maxCoeff() < 1e-5F);
  folder.must(folder.run({"-c", "25", "--group", "2"}));
  const double blind =
      std::max(folder.mean_sdr("group-1", "group-2"), folder.mean_sdr("group-2", "group-1"));
  CAPTURE(scored, blind);
  CHECK(scored > blind + 3);
}

TEST_CASE("a score's sources keep their bits on any threads, and their names by --track") {
  const Duo folder;
  write_duo_score(folder / "duo.mid");
  const std::vector<std::string> short_run{"--score", "duo.mid", "--iterations", "5"};
  folder.must(folder.run(short_run));
  auto other = short_run;
  other.insert(other.end(), {"--threads", "1", "--block-frames", "9", "--track", "2=keys"});
  folder.must(folder.run(other, "duo.wav", "other"));
  CHECK(folder.stem("keys", "other") == folder.stem("piano"));
}

TEST_CASE("a score goes with models and with sources that are learnt freely") {
  const Duo folder;
  write_duo_score(folder / "duo.mid");
  folder.must(test::run_program({"train", (data / "train/drums.flac").string(), "-o",
                                 "drums.safetensors", "-c", "4", "--iterations", "5"},
                                {folder.path()}));
  fs::copy(data / "mixture.flac", folder / "duo.flac");
  folder.must(folder.run({"-m", "drums.safetensors", "--score", "duo.mid", "--learn", "rest=3",
                          "--iterations", "5", "--save-model", "learnt.safetensors"},
                         "duo.flac"));
  Matrix sum = folder.stem("drums");
  for (const char* name : {"rest", "bass", "piano"}) sum += folder.stem(name);
  CHECK((sum - read_audio(folder / "duo.flac").samples).cwiseAbs().maxCoeff() < 1e-4F);
  const auto info = test::run_program({"info", "learnt.safetensors"}, {folder.path()});
  CHECK_THAT(info.out, contains("piano") && contains("bass") && contains("rest"));
}

TEST_CASE("scores that cannot be are refused, and nothing is written") {
  const Duo folder;
  write_duo_score(folder / "duo.mid");
  test::write_bytes(folder / "cut.mid", test::read_bytes(folder / "duo.mid").substr(0, 200));
  const auto refused = [&](std::vector<std::string> more, int status,
                           const std::string& complaint) {
    const auto result = folder.run(std::move(more));
    CHECK(result.status == status);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, contains(complaint));
    CHECK_FALSE(fs::exists(folder / "out"));
  };
  refused({"--score", "none.mid"}, 1, "'none.mid': cannot be opened");
  refused({"--score", "cut.mid"}, 1, "'cut.mid': byte 197: a chunk is cut off");
  refused({"--score", "duo.wav"}, 1, "'duo.wav': byte 0: begins no Standard MIDI File");
  refused({"--score", "duo.mid", "--track", "7=keys"}, 2,
          "'duo.mid' has no notes there; there are track 1 (bass), track 2 (piano)");
  refused({"--score", "duo.mid", "--track", "keys"}, 2, "must be N=NAME, as in 2=piano");
  refused({"--score", "duo.mid", "--track", "1=a/b"}, 2, "source name 'a/b' has a '/'");
  refused({"--score", "duo.mid", "--track", "1=piano"}, 2, "one source alone");
  refused({"--score", "duo.mid", "--score-tolerance", "-1"}, 2, "--score-tolerance = -1");
  refused({"--score", "duo.mid", "-c", "3"}, 2, "leave out -c and --hpss");
  refused({"--score", "duo.mid", "--learn", "piano=3"}, 2, "piano");
  refused({"--score", "duo.mid", "--manifest", "m.jsonl"}, 2, "--score is of one mixture");
  refused({"-c", "3", "--track", "1=a"}, 2, "give that with --score");
  refused({"-c", "3", "--score-tolerance", "1"}, 2, "give that with --score");
}
