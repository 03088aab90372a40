// What `separate` tells beside its stems: activations, learnt models, components and costs.
#include <nlohmann/json.hpp>

#include <cstring>

#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "separate/component_facts.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

/// An array of floats from NumPy's format, version 1.0.
struct Array {
  std::vector<Index> shape;
  std::vector<float> values;

  explicit Array(const std::filesystem::path& path) {
    const std::string bytes = test::read_bytes(path);
    REQUIRE(bytes.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
    const std::size_t data =
        10 + static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
    const std::string head = bytes.substr(10, data - 10);
    REQUIRE_THAT(head, contains("'descr': '<f4', 'fortran_order': False, 'shape': ("));
    CHECK(data % 64 == 0);
    CHECK(head.back() == '\n');
    std::size_t count = 1;
    for (std::size_t at = head.find("'shape': (") + 10; head[at] != ')';) {
      std::size_t used = 0;
      shape.push_back(std::stol(head.substr(at), &used));
      count *= static_cast<std::size_t>(shape.back());
      at = head.find_first_not_of(", ", at + used);
    }
    REQUIRE(bytes.size() == data + count * sizeof(float));
    values.resize(count);
    std::memcpy(values.data(), bytes.data() + data, count * sizeof(float));
  }

  /// The last axis as columns.
  Matrix columns() const {
    const Index last = shape.back();
    return Eigen::Map<const Matrix>(values.data(), last, static_cast<Index>(values.size()) / last);
  }
};

nlohmann::json report_of(std::vector<std::string> words) {
  words.insert(words.end(), {"--json", "-"});
  return nlohmann::json::parse(must_run(words).out);
}

}  // namespace

TEST_CASE("what was learnt and found is saved for NumPy, with V = H W") {
  TrainedModels folder;
  AudioBuffer stereo = read_audio(folder / "mix.wav");
  stereo.samples = Matrix(stereo.samples.replicate(1, 2));
  stereo.samples.col(1) *= 0.5F;
  test::write_audio(folder / "wide.wav", stereo);
  must_run({"separate", folder.at("wide.wav"), "-m", folder.at("low.safetensors"), "--learn",
            "rest=4", "-o", folder.at("out"), "--save-activations", folder.at("found")});
  const Array V(folder / "found/wide/rest-V.npy");
  const Array H(folder / "found/wide/rest-H.npy");
  const Array W(folder / "found/wide/rest-W.npy");
  const Index frames = V.shape.at(0);
  CHECK(V.shape == std::vector<Index>{frames, 2, 257});
  CHECK(H.shape == std::vector<Index>{frames, 2, 4});
  CHECK(W.shape == std::vector<Index>{4, 257});
  const Matrix rebuilt = W.columns() * H.columns();
  CHECK((rebuilt - V.columns()).norm() < 1e-5F * V.columns().norm());
  CHECK(V.columns().norm() > 0);
  CHECK(Array(folder / "found/wide/low-H.npy").shape == std::vector<Index>{frames, 2, 5});
  CHECK_FALSE(std::filesystem::exists(folder / "found/wide/low-W.npy"));
}

TEST_CASE("activations are the same however small the blocks, and those of the models' atoms") {
  TrainedModels folder;
  const auto save = [&](const std::string& place, const std::string& frames) {
    must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "-m",
              folder.at("high.safetensors"), "-o", folder.at(place + "-out"), "--block-frames",
              frames, "--save-activations", folder.at(place)});
  };
  save("a", "8");
  save("b", "500");
  for (const std::string file : {"low-H.npy", "low-V.npy", "high-H.npy"})
    CHECK(test::read_bytes(folder / ("a/mix/" + file)) ==
          test::read_bytes(folder / ("b/mix/" + file)));
  const Matrix W = load_models(folder / "low.safetensors").front().as<Dictionary>()->W;
  const Matrix V = Array(folder / "a/mix/low-V.npy").columns();
  CHECK((W * Array(folder / "a/mix/low-H.npy").columns() - V).norm() < 1e-5F * V.norm());
  const auto again = run_program({"separate", folder.at("mix.wav"), "-m",
                                  folder.at("low.safetensors"), "-m", folder.at("high.safetensors"),
                                  "-o", folder.at("new"), "--save-activations", folder.at("a")});
  CHECK(again.status == 1);
  CHECK_THAT(again.err, contains("exists already") || contains("already exists"));
  CHECK_FALSE(std::filesystem::exists(folder / "new"));
}

TEST_CASE("what is learnt from one mixture is kept as a model for the next") {
  TrainedModels folder;
  const auto report =
      report_of({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "--learn",
                 "rest=3", "-o", folder.at("out"), "--save-model", folder.at("rest.safetensors")});
  CHECK(report["tracks"][0]["model"] == folder.at("rest.safetensors"));
  const auto models = load_models(folder / "rest.safetensors");
  REQUIRE(models.size() == 1);
  CHECK(models[0]->name == "rest");
  CHECK(models[0]->components() == 3);
  CHECK(models[0]->training.audio.front().sha256.size() == 64);
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "-m",
            folder.at("rest.safetensors"), "-o", folder.at("again")});
  CHECK(test::error_db(read_audio(folder / "out/mix/rest.wav"),
                       read_audio(folder / "again/mix/rest.wav")) < -10);

  must_run({"separate", folder.at("mix.wav"), "-c", "3", "-o", folder.at("parts"), "--save-model",
            folder.at("parts.safetensors")});
  CHECK(load_models(folder / "parts.safetensors").size() == 3);
  const auto refused = [&](std::vector<std::string> more, const std::string& complaint) {
    more.insert(more.begin(), {"separate", folder.at("mix.wav"), "-o", folder.at("no"),
                               "--save-model", folder.at("no.safetensors")});
    const auto result = run_program(more);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(complaint));
  };
  refused({"-m", folder.at("low.safetensors"), folder.at("high.safetensors")},
          "--save-model keeps what is learnt");
  refused({"-c", "2", folder.at("low.wav")}, "of one mixture, and here are 2");
  refused({"-c", "2", "--manifest", folder.at("m.jsonl")}, "leave out --manifest");
}

TEST_CASE("components come by their energy, with what is known of each") {
  TrainedModels folder;
  // One after the other: tones that always sound together could be told apart in many ways.
  Matrix sum = test::noise(3, 12000, 1, 0.01F);
  sum.topRows(5600) += test::tone(220, 0.7, 8000).samples;
  sum.bottomRows(6400) += 0.6F * test::tone(523, 0.8, 8000).samples;
  test::write_audio(folder / "three.wav", {sum, 8000});
  const std::vector<std::string> words{"separate", folder.at("three.wav"), "-c", "3",
                                       "-o",       folder.at("out")};
  const auto parts = report_of(words)["tracks"][0]["components"];
  REQUIRE(parts.size() == 3);
  double total = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    total += parts[k]["energy_share"].get<double>();
    if (k > 0) CHECK(parts[k]["energy_share"] <= parts[k - 1]["energy_share"]);
  }
  CHECK(total == Approx(1));
  CHECK(parts[0]["component"] == "component-01");
  CHECK(parts[0]["pitch_hz"].get<double>() == Approx(220).epsilon(0.03));
  auto again = words;
  again.emplace_back("--overwrite");
  CHECK_THAT(must_run(again).err, contains("component-01: ") && contains("% of the energy, 2"));
  const std::filesystem::path stems = folder / "out/three";
  for (const char* quieter : {"component-02.wav", "component-03.wav"})
    CHECK(read_audio(stems / quieter).samples.norm() <=
          read_audio(stems / "component-01.wav").samples.norm());
}

TEST_CASE("a spectrum has the pitch of its harmonics, and noise has none") {
  const Analysis analysis{16000, {.fft_size = 1024, .hop = 256}};
  Vector spectrum = Vector::Zero(513);
  for (int harmonic = 1; harmonic <= 6; ++harmonic) {
    const double bin = harmonic * 200.0 * 1024 / 16000;
    for (Index f = 0; f < 513; ++f)
      spectrum(f) += static_cast<float>(std::exp(-0.5 * (f - bin) * (f - bin)) / harmonic);
  }
  const auto pitch = cli::pitch_of(spectrum, analysis);
  REQUIRE(pitch.has_value());
  CHECK(*pitch == Approx(200).epsilon(0.02));
  CHECK_FALSE(cli::pitch_of(Vector::Ones(513), analysis).has_value());
  CHECK_FALSE(cli::pitch_of(Vector::Zero(513), analysis).has_value());
}

TEST_CASE("the cost after each look is told to programs, and to people who want details") {
  TrainedModels folder;
  const auto report = report_of({"separate", folder.at("mix.wav"), "-c", "2", "--iterations", "30",
                                 "--tolerance", "0", "-o", folder.at("out")});
  const auto looks = report["tracks"][0]["factorisation"]["looks"];
  REQUIRE(looks.size() >= 3);
  CHECK(looks.front()["iteration"] == 0);
  CHECK(looks.back()["iteration"] == 30);
  CHECK(looks.back()["divergence"] < looks.front()["divergence"]);
  const auto result =
      must_run({"train", folder.at("low.wav"), "-c", "3", "-v", "-o", folder.at("x.safetensors")});
  CHECK_THAT(result.err,
             contains("after 0 updates: divergence ") && contains("after 25 updates: "));
}
