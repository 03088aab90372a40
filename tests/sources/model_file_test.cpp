#include "nmfsep/sources/model_file.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/small_dictionary.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using test::small_dictionary;

namespace {

void check_equal(const Dictionary& loaded, const Dictionary& saved) {
  CHECK(loaded.name == saved.name);
  CHECK(loaded.analysis == saved.analysis);
  REQUIRE(loaded.W.rows() == saved.W.rows());
  REQUIRE(loaded.W.cols() == saved.W.cols());
  CHECK((loaded.W.array() == saved.W.array()).all());
  CHECK(loaded.training.method == saved.training.method);
  CHECK(loaded.training.iterations == saved.training.iterations);
  CHECK(loaded.training.seed == saved.training.seed);
  CHECK(loaded.training.final_cost == saved.training.final_cost);
  CHECK(loaded.training.seconds == saved.training.seconds);
  CHECK(loaded.training.files == saved.training.files);
  CHECK(loaded.training.program_version == saved.training.program_version);
  CHECK(loaded.objective == saved.objective);
  CHECK(loaded.mixture_iterations == saved.mixture_iterations);
  CHECK(loaded.exact == saved.exact);
}

}  // namespace

TEST_CASE("Models come back from their file to the bit and in their order") {
  const test::TemporaryFolder folder;
  std::vector<Dictionary> dictionaries;
  for (int i = 0; i < 100; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    Random random(seed);
    Dictionary dictionary = test::small_dictionary("Flöte", 1 + i % 7, seed);
    dictionary.name += std::to_string(100 - i);
    dictionary.training.iterations = i;
    dictionary.exact = i % 2 == 1;
    dictionary.training.seed = std::numeric_limits<std::uint64_t>::max() - random.below(1000);
    dictionary.training.final_cost = random.uniform() * std::ldexp(1.0, i);
    dictionary.training.seconds = 1e-9 * random.uniform();
    dictionary.training.files = 1000 * i;
    dictionary.training.program_version = std::to_string(i) + ".0";
    dictionaries.push_back(dictionary);
  }
  const std::vector<SourceModel> saved(dictionaries.begin(), dictionaries.end());
  save_models(folder / "band.safetensors", saved, Overwrite::refuse);
  const auto loaded = load_models(folder / "band.safetensors");
  REQUIRE(loaded.size() == saved.size());
  for (std::size_t i = 0; i < saved.size(); ++i)
    check_equal(*loaded[i].as<Dictionary>(), dictionaries[i]);
}

TEST_CASE("Paired dictionaries come back from their file to the bit, beside plain ones") {
  const test::TemporaryFolder folder;
  const PairedDictionary saved = test::small_paired_dictionary("drums", 3, 2);
  const std::vector<SourceModel> models{small_dictionary("bass"), saved};
  save_models(folder / "band", models, Overwrite::refuse);
  const auto loaded = load_models(folder / "band");
  REQUIRE(loaded.size() == 2);
  check_equal(*loaded[0].as<Dictionary>(), *models[0].as<Dictionary>());
  const auto& drums = *loaded[1].as<PairedDictionary>();
  CHECK(drums.name == "drums");
  CHECK(drums.analysis == saved.analysis);
  CHECK(drums.span == 3);
  REQUIRE(drums.pairs.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(drums.pairs[i].analysis_atoms == saved.pairs[i].analysis_atoms);
    CHECK(drums.pairs[i].reconstruction_atoms == saved.pairs[i].reconstruction_atoms);
  }
}

TEST_CASE("Paired dictionaries that break a rule are not written") {
  using Damage = std::function<void(PairedDictionary&)>;
  const auto [fault, damage] = GENERATE(table<std::string, Damage>({
      {"context = 2, must be odd", [](PairedDictionary& d) { d.span = 2; }},
      {"context = -1", [](PairedDictionary& d) { d.span = -1; }},
      {"context = 101", [](PairedDictionary& d) { d.span = 101; }},
      {"analysis is 27 × 2, must be 45 bins × 2", [](PairedDictionary& d) { d.span = 5; }},
      {"has no members", [](PairedDictionary& d) { d.pairs.clear(); }},
      {"analysis is 27 × 0",
       [](PairedDictionary& d) { d.pairs[0].analysis_atoms = Matrix(27, 0); }},
      {"analysis is 27 × 1, must be 27 bins × 2",
       [](PairedDictionary& d) { d.pairs[1].analysis_atoms.conservativeResize(27, 1); }},
      {"reconstruction is 9 × 2, must be 27 bins × 2",
       [](PairedDictionary& d) { d.pairs[1].reconstruction_atoms = Matrix::Ones(9, 2); }},
      {"reconstruction[8][1] = -1",
       [](PairedDictionary& d) { d.pairs[1].reconstruction_atoms(8, 1) = -1; }},
      {"column 0 of analysis sums to",
       [](PairedDictionary& d) { d.pairs[1].analysis_atoms.col(0) *= 2; }},
  }));
  const test::TemporaryFolder folder;
  PairedDictionary model = test::small_paired_dictionary("drums", 3, 2);
  damage(model);
  const SourceModel any = model;
  CHECK_THROWS_WITH(save_models(folder / "m", {&any, 1}, Overwrite::refuse), contains(fault));
  CHECK(folder.entries().empty());
}

TEST_CASE("Convolutive dictionaries come back from their file to the bit") {
  const test::TemporaryFolder folder;
  ConvolutiveDictionary saved;
  static_cast<ModelHeader&>(saved) = small_dictionary("drums");
  saved.span = 2;
  saved.W = Matrix::Constant(18, 3, 1 / 18.0F);
  const SourceModel model = saved;
  save_models(folder / "m", {&model, 1}, Overwrite::refuse);
  const SourceModel loaded = load_models(folder / "m").front();
  CHECK(std::string(loaded->kind()) == "convolutive-dictionary");
  CHECK(loaded->context() == 2);
  CHECK(loaded->components() == 3);
  CHECK(loaded.as<ConvolutiveDictionary>()->W == saved.W);
  saved.span = 3;
  const SourceModel bad = saved;
  CHECK_THROWS_WITH(save_models(folder / "n", {&bad, 1}, Overwrite::refuse),
                    contains("W is 18 × 3, must be 27 bins × 3"));
}

TEST_CASE("The same models make the same bytes") {
  const test::TemporaryFolder folder;
  const std::vector<SourceModel> models{small_dictionary("a"), small_dictionary("b", 4)};
  save_models(folder / "1", models, Overwrite::refuse);
  save_models(folder / "2", load_models(folder / "1"), Overwrite::refuse);
  CHECK(test::read_bytes(folder / "1") == test::read_bytes(folder / "2"));
}

TEST_CASE("a model's numbers begin at a multiple of eight bytes, whatever its header says") {
  const test::TemporaryFolder folder;
  for (std::string name = "a"; name.size() <= 9; name += "b") {
    const SourceModel model = small_dictionary(name);
    save_models(folder / name, {&model, 1}, Overwrite::refuse);
    const std::string bytes = test::read_bytes(folder / name);
    std::uint64_t length = 0;
    for (std::size_t i = 8; i-- > 0;) length = length << 8U | static_cast<unsigned char>(bytes[i]);
    CHECK(length % 8 == 0);
    CHECK(bytes.size() == 8 + length + 4 * static_cast<std::size_t>(9 * 2));
  }
}

TEST_CASE("A model file that exists is replaced only on request") {
  const test::TemporaryFolder folder;
  const std::vector<SourceModel> first{small_dictionary("first")};
  const std::vector<SourceModel> second{small_dictionary("second")};
  save_models(folder / "m", first, Overwrite::refuse);
  CHECK_THROWS_WITH(save_models(folder / "m", second, Overwrite::refuse), contains("exists"));
  CHECK(load_models(folder / "m").front()->name == "first");
  save_models(folder / "m", second, Overwrite::replace);
  CHECK(load_models(folder / "m").front()->name == "second");
  CHECK(folder.entries() == std::vector<std::string>{"m"});
}

TEST_CASE("Models that break a rule are not written") {
  using Damage = std::function<void(Dictionary&)>;
  const double infinity = std::numeric_limits<double>::infinity();
  const auto [fault, damage] = GENERATE_COPY(table<std::string, Damage>({
      {"source name 'drums/'", [](Dictionary& d) { d.name += '/'; }},
      {"sample_rate = 0", [](Dictionary& d) { d.analysis.sample_rate = 0; }},
      {"hop", [](Dictionary& d) { d.analysis.stft.hop = 0; }},
      {"magnitude_exponent = 0", [](Dictionary& d) { d.objective.magnitude_exponent = 0; }},
      {"magnitude_exponent = inf",
       [=](Dictionary& d) { d.objective.magnitude_exponent = infinity; }},
      {"W is 8 × 2, must be 9 bins", [](Dictionary& d) { d.W = Matrix::Ones(8, 2); }},
      {"at least 1 component", [](Dictionary& d) { d.W = Matrix(9, 0); }},
      {"W[4][1] = nan", [](Dictionary& d) { d.W(4, 1) = std::nanf(""); }},
      {"W[0][0] = -1", [](Dictionary& d) { d.W(0, 0) = -1; }},
      {"column 1 of W sums to", [](Dictionary& d) { d.W.col(1) *= 1.01F; }},
      {"column 0 of W sums to 0", [](Dictionary& d) { d.W.col(0).setZero(); }},
      {"iterations = -1", [](Dictionary& d) { d.training.iterations = -1; }},
      {"final_cost = inf", [=](Dictionary& d) { d.training.final_cost = infinity; }},
      {"training_seconds = -0.5", [](Dictionary& d) { d.training.seconds = -0.5; }},
      {"training_files = -2", [](Dictionary& d) { d.training.files = -2; }},
      {"mask_exponent = 0", [](Dictionary& d) { d.objective.mask_exponent = 0; }},
      {"mixture_iterations = 0", [](Dictionary& d) { d.mixture_iterations = 0; }},
      {"control character", [](Dictionary& d) { d.training.method += '\x1b'; }},
      {"control character", [](Dictionary& d) { d.training.program_version += '\xff'; }},
  }));
  const test::TemporaryFolder folder;
  Dictionary dictionary = small_dictionary("drums");
  damage(dictionary);
  const SourceModel model = dictionary;
  CHECK_THROWS_WITH(save_models(folder / "m", {&model, 1}, Overwrite::refuse), contains(fault));
  CHECK_THROWS_AS(save_models(folder / "m", {&model, 1}, Overwrite::refuse), InvalidArgument);
  CHECK(folder.entries().empty());
}

TEST_CASE("Sources of one file differ by name and agree on their analysis") {
  const test::TemporaryFolder folder;
  Dictionary twin = small_dictionary("bass");
  std::vector<SourceModel> models{twin, twin};
  CHECK_THROWS_WITH(save_models(folder / "m", models, Overwrite::refuse),
                    contains("two sources are named 'bass'"));
  twin.name = "drums";
  twin.analysis.sample_rate = 44100;
  models[1] = twin;
  CHECK_THROWS_WITH(save_models(folder / "m", models, Overwrite::refuse),
                    contains("'bass' has 22050 Hz") && contains("'drums' has 44100 Hz"));
  CHECK_THROWS_WITH(save_models(folder / "m", {}, Overwrite::refuse), contains("at least one"));
  CHECK(folder.entries().empty());
}

TEST_CASE("A model that cannot be written leaves nothing behind") {
  const test::TemporaryFolder folder;
  const std::vector<SourceModel> models{small_dictionary("bass")};
  CHECK_THROWS_AS(save_models(folder / "missing" / "m", models, Overwrite::refuse), FileError);
  CHECK_THROWS_AS(save_models(folder.path(), models, Overwrite::replace), FileError);
  CHECK(folder.entries().empty());
}

TEST_CASE("files that version 0.1.0 wrote still load") {
  const auto load = [](const std::string& name) {
    return load_models(test::project_folder() / "tests/sources/files" / name);
  };
  const SourceModel plain = load("dictionary-0.1.0.safetensors").front();
  CHECK(plain->name == "pluck");
  CHECK(plain->training.program_version == "0.1.0");
  CHECK(plain->analysis == Analysis{8000, {64, 16, Window::hann}});
  REQUIRE(plain.as<Dictionary>() != nullptr);
  CHECK(plain->components() == 2);

  const std::vector<SourceModel> set = load("paired-0.1.0.safetensors");
  REQUIRE(set.size() == 2);
  CHECK(set[1]->name == "sine");
  CHECK(set[1]->members() == 2);
  CHECK(set[1]->context() == 3);

  const SourceModel convolutive = load("convolutive-0.1.0.safetensors").front();
  REQUIRE(convolutive.as<ConvolutiveDictionary>() != nullptr);
  CHECK(convolutive->context() == 3);
}

TEST_CASE("a file says where windows are shorter than frames, as version 2") {
  test::TemporaryFolder folder;
  Dictionary model = small_dictionary("a");
  save_models(folder / "whole", std::vector<SourceModel>{model}, Overwrite::refuse);
  model.analysis.stft.window_size = 16;
  save_models(folder / "spelt", std::vector<SourceModel>{model}, Overwrite::refuse);
  CHECK((test::read_bytes(folder / "whole") == test::read_bytes(folder / "spelt")));
  Dictionary wide = model;
  wide.analysis.stft = {32, 4, Window::hann, 16};
  wide.W = Matrix::Constant(17, 1, 1.0F / 17);
  save_models(folder / "short", std::vector<SourceModel>{wide}, Overwrite::refuse);
  CHECK(load_models(folder / "short").front()->analysis == wide.analysis);
  CHECK_THAT(test::read_bytes(folder / "short"), contains("\"version\":\"2\""));
  CHECK_THAT(test::read_bytes(folder / "whole"), contains("\"version\":\"1\""));
}
