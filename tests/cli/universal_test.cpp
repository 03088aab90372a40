// A universal model, from folders of speakers to a voice that none of them has.
#include <nlohmann/json.hpp>

#include <filesystem>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using nlohmann::json;
using test::must_run;
using test::run_program;

namespace {

/// speakers/ann, speakers/bob and speakers/eve: tones of 220, 330 and 523 Hz; and a mixture of one
/// of 331 Hz with hiss.
class Speakers : public test::TemporaryFolder {
 public:
  Speakers() {
    const std::pair<const char*, double> tones[] = {{"ann", 220}, {"bob", 330}, {"eve", 523}};
    for (const auto& [name, pitch] : tones) {
      std::filesystem::create_directories(*this / "speakers" / name);
      test::write_audio(*this / "speakers" / name / "a.wav",
                        test::swelling_tone(pitch, 1.5, 1.0, 8000));
    }
    Random random(1);
    AudioBuffer mixture = test::swelling_tone(331, 1.1, 1.0, 8000);
    for (float& sample : mixture.samples.reshaped()) sample += 0.05F * (random.uniform() - 0.5F);
    test::write_audio(*this / "noisy.wav", mixture);
  }

  std::string at(const std::string& name) const { return (*this / name).string(); }

  std::string train(const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> words{"train-universal",      at("speakers"), "-c", "4", "-o",
                                   at("tone.safetensors"), "--overwrite"};
    words.insert(words.end(), flags.begin(), flags.end());
    must_run(words);
    return at("tone.safetensors");
  }
};

}  // namespace

TEST_CASE("train-universal makes one source of a block a speaker, and keeps who they are") {
  const Speakers folder;
  const std::string path = folder.train();
  const auto model = load_models(path)[0];
  CHECK(model->name == "tone");
  CHECK(model->components() == 12);
  CHECK(model->blocks() == std::vector<Index>{4, 4, 4});
  CHECK(model->prior == "group=0.008");
  CHECK(model->training.files == 3);
  const std::string info = must_run({"info", path}).out;
  CHECK_THAT(info, contains("universal dictionary") && contains("bob, 4 atoms") &&
                       contains("prior group=0.008"));
  CHECK_THAT(must_run({"info", "--command", path}).out,
             contains("nmfsep train-universal") && contains("--name tone"));
  const std::string first = test::read_bytes(path);
  folder.train();
  CHECK(test::read_bytes(path) == first);
  CHECK(load_models(folder.train({"--prior", "group=0.5"}))[0]->prior == "group=0.5");
  CHECK(load_models(folder.train({"--prior", "none"}))[0]->prior.empty());
}

TEST_CASE(
    "a universal model is used with noise that is learnt, and its prior lets few speakers "
    "sound") {
  const Speakers folder;
  const std::string path = folder.train();
  const auto shares = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> words{
        "separate", folder.at("noisy.wav"), "-m",          path,     "--learn", "noise=2",
        "-o",       folder.at("out"),       "--overwrite", "--json", "-"};
    words.insert(words.end(), flags.begin(), flags.end());
    return json::parse(must_run(words).out)
        .at("tracks")[0]
        .at("factorisation")
        .at("divergence")
        .get<double>();
  };
  const double own = shares({});
  CHECK(own == shares({"--prior", "tone:group=0.008"}));
  CHECK(own != shares({"--prior", "none"}));
  CHECK(own != shares({"--prior", "tone:group=1"}));
}

TEST_CASE("folders that are no speakers are refused by name") {
  const Speakers folder;
  const auto refusal = [&](const std::vector<std::string>& words) {
    const auto result = run_program(words);
    CHECK(result.status != 0);
    CHECK_FALSE(std::filesystem::exists(folder / "x.safetensors"));
    return result.err;
  };
  const std::string output = folder.at("x.safetensors");
  CHECK_THAT(refusal({"train-universal", folder.at("speakers/ann"), "-o", output}),
             contains("must hold two folders or more") && contains("holds 0"));
  CHECK_THAT(refusal({"train-universal", folder.at("nothing"), "-o", output}),
             contains("nothing: No such file or directory"));
  CHECK_THAT(refusal({"train-universal", folder.at("speakers"), "-c", "2", "--context", "3", "-o",
                      output}),
             contains("a universal model is of dictionaries of one frame"));
  std::filesystem::create_directories(folder / "speakers/empty");
  CHECK_THAT(refusal({"train-universal", folder.at("speakers"), "-o", output}), contains("empty"));
}
