// What `train` takes for its recordings: as `separate` does, and of several sources in one go.
#include <fmt/format.h>

#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::run_program;

namespace {

/// in/a.wav and in/b.wav, in/deep/c.wav, and a picture.
class Recordings : public test::TemporaryFolder {
 public:
  Recordings() {
    std::filesystem::create_directories(*this / "in/deep");
    test::write_audio(*this / "in/a.wav", test::swelling_tone(220, 1.5, 1.5));
    test::write_audio(*this / "in/b.wav", test::swelling_tone(330, 2.5, 1.5));
    test::write_audio(*this / "in/deep/c.wav", test::swelling_tone(523, 2.5, 1.5));
    test::write_bytes(*this / "in/cover.jpg", "no sound");
  }

  test::ProgramResult train(std::vector<std::string> words) const {
    words.insert(words.begin(), "train");
    words.insert(words.end(), {"-c", "3", "--overwrite"});
    return run_program(words, {path()});
  }

  /// The atoms of a model that these words train, whatever it is called.
  Matrix atoms(std::vector<std::string> words) const {
    words.insert(words.end(), {"-o", "m.safetensors"});
    const auto result = train(words);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return atoms_of(0);
  }

  Matrix atoms_of(std::size_t source) const {
    return load_models(*this / "m.safetensors").at(source).as<Dictionary>()->W;
  }

  /// The same of what a shell pipes into it.
  Matrix piped(const std::string& pipe, const std::string& more) const {
    const std::string script = fmt::format("{} | '{}' train - -c 3 -o m.safetensors --overwrite {}",
                                           pipe, test::program_path().string(), more);
    const auto result = test::run_command({"bash", "-c", script}, {path()});
    INFO(result.err);
    REQUIRE(result.status == 0);
    return atoms_of(0);
  }
};

}  // namespace

TEST_CASE("train takes a folder, a quoted pattern and files alike, and says what it passed over") {
  const Recordings folder;
  const Matrix files = folder.atoms({"in/a.wav", "in/b.wav"});
  CHECK(folder.atoms({"in"}) == files);
  CHECK(folder.atoms({"in/*.wav"}) == files);
  CHECK(folder.atoms({"in", "-r"}) == folder.atoms({"in/a.wav", "in/b.wav", "in/deep/c.wav"}));
  CHECK(folder.atoms({"in", "-r"}) != files);
  CHECK_THAT(folder.train({"in", "-o", "m.safetensors"}).err,
             contains("passed over: 'in/cover.jpg'") && contains("--recursive searches it"));
}

TEST_CASE("train reads WAV and raw samples from a pipe") {
  const Recordings folder;
  const Matrix file = folder.atoms({"in/a.wav"});
  CHECK(folder.piped("cat in/a.wav", "") == file);
  const AudioBuffer audio = read_audio(folder / "in/a.wav");
  test::write_bytes(folder / "a.raw",
                    {reinterpret_cast<const char*>(audio.samples.data()),
                     static_cast<std::size_t>(audio.samples.size()) * sizeof(float)});
  CHECK(folder.piped("cat a.raw", "--raw-rate 8000 --raw-format f32le") == file);
  CHECK(folder.piped("cat in/a.wav", "--window sine") ==
        folder.atoms({"in/a.wav", "--window", "sine"}));
  CHECK_THAT(folder.train({"in/a.wav", "-o", "m.safetensors", "--raw-rate", "8000"}).err,
             contains("--raw-rate and its kin say what the input - is"));
}

TEST_CASE("train takes an excerpt of each recording") {
  const Recordings folder;
  AudioBuffer cut = read_audio(folder / "in/a.wav");
  cut.samples = Matrix(cut.samples.middleRows(4000, 6000));
  test::write_audio(folder / "cut.wav", cut);
  CHECK(folder.atoms({"in/a.wav", "--start", "0.5", "--duration", "0.75"}) ==
        folder.atoms({"cut.wav"}));
  CHECK_THAT(folder.train({"in/a.wav", "-o", "m.safetensors", "--start", "9"}).err,
             contains("in/a.wav"));
}

TEST_CASE("train at a rate that is asked for makes models that go together") {
  const Recordings folder;
  test::write_audio(folder / "high.wav", test::swelling_tone(523, 2.5, 1.5, 16000));
  REQUIRE(folder.train({"in/a.wav", "-o", "low.safetensors"}).status == 0);
  REQUIRE(folder.train({"high.wav", "-o", "high.safetensors"}).status == 0);
  const std::vector<std::string> separate{"separate",         "in/b.wav", "-m", "low.safetensors",
                                          "high.safetensors", "-o",       "out"};
  const auto refused = run_program(separate, {folder.path()});
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("train them alike, by --sample-rate"));
  const auto again = folder.train({"high.wav", "-o", "high.safetensors", "--sample-rate", "8000"});
  CHECK(again.status == 0);
  CHECK_THAT(again.err, !contains("warning"));
  CHECK(run_program(separate, {folder.path()}).status == 0);
  CHECK_THAT(folder.train({"high.wav", "-o", "x.safetensors", "--sample-rate", "7"}).err,
             contains("--sample-rate = 7, must be"));
}

TEST_CASE("train makes models of several sources in one go, as it makes each by itself") {
  const Recordings folder;
  const Matrix a = folder.atoms({"in/a.wav"});
  const Matrix deep = folder.atoms({"in/deep"});
  CHECK(folder.atoms({"low=in/a.wav", "high=in/deep"}) == a);
  CHECK(folder.atoms_of(1) == deep);
  const auto models = load_models(folder / "m.safetensors");
  REQUIRE(models.size() == 2);
  CHECK(models[0]->name == "low");
  CHECK(models[1]->name == "high");
  test::write_audio(folder / "a=b.wav", read_audio(folder / "in/a.wav"));
  CHECK(folder.atoms({"a=b.wav"}) == a);

  const auto refused = [&](std::vector<std::string> words, const std::string& complaint) {
    words.insert(words.end(), {"-o", "new.safetensors"});
    const auto result = folder.train(words);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "new.safetensors"));
  };
  refused({"low=in/a.wav", "in/b.wav"}, "source 'in/b.wav': must be NAME=PATH");
  refused({"low=in/a.wav", "high="}, "source 'high=': must be NAME=PATH");
  refused({"low=in/a.wav", "high=in/b.wav", "--name", "x"}, "--name is for one source");
  refused({"low=in/a.wav", "low=in/b.wav"}, "two sources are named 'low'");
  refused({"low=-", "high=-"}, "stdin can be read only once");
}
