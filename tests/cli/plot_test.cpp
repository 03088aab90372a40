// nmfsep plot: pictures of recordings and models.
#include <nlohmann/json.hpp>

#include "nmfsep/sources/model_file.hpp"
#include "render/pixels.hpp"
#include "support/catch.hpp"
#include "support/small_autoencoder.hpp"
#include "support/small_mask_network.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;

namespace {

/// Two models and a mixture of tones, in which the program draws.
class Gallery : public test::TrainedModels {
 public:
  test::ProgramResult plot(std::vector<std::string> words) const {
    words.insert(words.begin(), "plot");
    return test::run_program(words, {path()});
  }

  void must_plot(const std::vector<std::string>& words) const {
    const auto result = plot(words);
    INFO(result.err);
    REQUIRE(result.status == 0);
  }

  nlohmann::json data(std::vector<std::string> words) const {
    words.insert(words.end(), {"--picture-json", "-"});
    const auto result = plot(words);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return nlohmann::json::parse(result.out);
  }
};

/// The row of a map in which the column nearest to `time` is highest, in Hz.
double loudest_frequency(const nlohmann::json& map, double time) {
  const auto& rows = map["rows"];
  const double columns = rows[0].size();
  const double from = map["columns_from_to"][0];
  const double to = map["columns_from_to"][1];
  const auto column = static_cast<std::size_t>((time - from) / (to - from) * columns);
  std::size_t best = 0;
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (rows[row][column] > rows[best][column]) best = row;
  const double low = map["rows_from_to"][0];
  const double high = map["rows_from_to"][1];
  return low + (static_cast<double>(best) + 0.5) / static_cast<double>(rows.size()) * (high - low);
}

}  // namespace

TEST_CASE("plot draws a recording where and as loud as it sounds") {
  const Gallery folder;
  const AudioBuffer tone = test::tone(1000, 2, 8000);  // amplitude 0.5
  Matrix late = Matrix::Zero(16000, 2);
  late.col(1).tail(8000) = tone.samples.col(0).tail(8000);
  test::write_audio(folder / "tone.wav", {late, 8000});
  const auto map = folder.data({"tone.wav", "--frequency", "linear"})["panels"][0];
  CHECK(map["title"] == "tone.wav");
  CHECK(map["x"]["high"] == 2.0);
  CHECK(map["y"]["high"] == 4000.0);
  CHECK(loudest_frequency(map, 1.5) == Approx(1000).margin(5));
  double loudest = -200;
  for (const auto& row : map["rows"])
    for (const auto& value : row) loudest = std::max(loudest, value.get<double>());
  CHECK(loudest == Approx(-6.02).margin(0.1));  // of full scale
  CHECK(map["colour"]["high"] == -5.0);
  CHECK(map["colour"]["low"] == -85.0);
  // Silence in the first half.
  CHECK(map["rows"][128][map["rows"][0].size() / 4] < -150);
  // An excerpt keeps the recording's times.
  const auto part = folder.data({"tone.wav", "--start", "1.2", "--duration", "0.5"})["panels"][0];
  CHECK(part["x"]["low"] == 1.2);
  CHECK(part["x"]["high"] == Approx(1.7));
  CHECK(part["y"]["scale"] == "log");
}

TEST_CASE("plot writes what the ending says, the same bits every time, and never unasked") {
  const Gallery folder;
  folder.must_plot({"mix.wav", "low.safetensors", "-o", "a.svg"});
  folder.must_plot({"mix.wav", "low.safetensors", "-o", "a.png", "--dark"});
  const std::string svg = test::read_bytes(folder / "a.svg");
  CHECK_THAT(svg, contains("<svg") && contains(">mix.wav</text>") &&
                      contains("low.safetensors: 5 atoms of &#39;low&#39;, by pitch"));
  const test::Pixels pixels = test::pixels_of(test::read_bytes(folder / "a.png"));
  CHECK(pixels.width == 900);
  CHECK(pixels.height == 600);
  CHECK(int{pixels.at(2, 2)[0]} == 22);  // the dark theme's ground
  folder.must_plot({"mix.wav", "low.safetensors", "-o", "b.svg", "--threads", "1"});
  CHECK(test::read_bytes(folder / "b.svg") == svg);
  const auto refused = folder.plot({"high.wav", "-o", "a.svg"});
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("--overwrite"));
  CHECK(test::read_bytes(folder / "a.svg") == svg);
  folder.must_plot({"high.wav", "-o", "a.svg", "--overwrite"});
  CHECK(test::read_bytes(folder / "a.svg") != svg);
}

TEST_CASE("plot sorts atoms by pitch, by centroid or not at all") {
  const Gallery folder;
  const auto by = [&](const std::string& order) {
    return folder.data({"high.safetensors", "--sort", order})["panels"][0]["rows"];
  };
  const auto stored = by("stored");
  const auto sorted = by("centroid");
  REQUIRE(stored.size() == sorted.size());
  const auto centroids = [](const nlohmann::json& rows) {
    std::vector<double> result;
    for (std::size_t k = 0; k < rows[0].size(); ++k) {
      double sum = 0;
      double weighted = 0;
      for (std::size_t f = 0; f < rows.size(); ++f) {
        const double value = std::pow(10, rows[f][k].get<double>() / 20);
        sum += value;
        weighted += value * static_cast<double>(f);
      }
      result.push_back(weighted / sum);
    }
    return result;
  };
  const std::vector<double> found = centroids(sorted);
  CHECK(std::is_sorted(found.begin(), found.end()));
  std::vector<double> all = centroids(stored);
  std::sort(all.begin(), all.end());
  for (std::size_t k = 0; k < all.size(); ++k) CHECK(all[k] == Approx(found[k]));
}

TEST_CASE("plot draws the training of a network") {
  const Gallery folder;
  Autoencoder model = test::small_autoencoder("voice");
  model.curve = {{100, 0.9F, 1.0F}, {200, 0.5F, 0.7F}, {300, 0.4F, 0.65F}};
  save_models(folder / "net.model", std::vector<SourceModel>{model}, Overwrite::refuse);
  const auto panel = folder.data({"net.model"})["panels"][0];
  CHECK(panel["kind"] == "lines");
  CHECK(panel["lines"][1]["name"] == "held out");
  CHECK(panel["lines"][1]["y"][2] == Approx(0.65));
  CHECK(panel["lines"][0]["x"] == nlohmann::json({100.0, 200.0, 300.0}));
  model.curve.clear();
  save_models(folder / "bare.model", std::vector<SourceModel>{model}, Overwrite::refuse);
  const auto result = folder.plot({"bare.model", "-o", "bare.svg"});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("bare.model") && contains("neither atoms nor a curve"));
  CHECK_FALSE(std::filesystem::exists(folder / "bare.svg"));
}

TEST_CASE("plot draws how well a mask network separated what was held out") {
  const Gallery folder;
  save_models(folder / "set.model", test::small_mask_set("anna", "ben"), Overwrite::refuse);
  const auto panels = folder.data({"set.model"})["panels"];
  REQUIRE(panels.size() == 3);  // atoms of each source, and the network beside the first
  REQUIRE(panels[1]["lines"].size() == 2);
  CHECK(panels[1]["lines"][0]["name"] == "network 1");
  CHECK(panels[1]["lines"][0]["x"] == nlohmann::json({30.0, 45.0}));
  CHECK(panels[1]["lines"][1]["y"] == nlohmann::json({5.5, 6.0}));
}

TEST_CASE("plot refuses what cannot be, and writes nothing") {
  const Gallery folder;
  const auto before = folder.entries();
  const auto refused = [&](const std::vector<std::string>& words, int status,
                           const std::string& complaint) {
    const auto result = folder.plot(words);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(complaint));
    CHECK(folder.entries() == before);
  };
  refused({"mix.wav"}, 2, "name the picture with -o");
  refused({"mix.wav", "-o", "a.jpg"}, 2, "written as .svg or .png");
  refused({"mix.wav", "-o", "mix.wav", "--overwrite"}, 2, "mix.wav");
  refused({"none.wav", "-o", "a.svg"}, 1, "none.wav");
  refused({"mix.wav", "-o", "a.svg", "--range", "5"}, 2, "--range 5: must be 10 to 200");
  refused({"mix.wav", "-o", "a.svg", "--fft-size", "7"}, 2, "--fft-size = 7");
  refused({"mix.wav", "-o", "a.svg", "--width", "12"}, 2, "--width");
  refused({"mix.wav", "-o", "a.svg", "--start", "9"}, 1, "mix.wav");
}
