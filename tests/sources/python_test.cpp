#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "nmfsep/sources/model_file.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/small_autoencoder.hpp"
#include "support/small_dictionary.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;

namespace {

constexpr int skipped = 77;  // what ctest takes for "skipped"; see CMakeLists.txt

int run_python(const std::filesystem::path& folder, const std::string& code) {
  const char* named = std::getenv("NMFSEP_PYTHON");
  const std::string python = named != nullptr ? named : "python3";
  test::write_bytes(folder / "script.py", code);
  return std::system(("cd '" + folder.string() + "' && '" + python + "' script.py").c_str());
}

/// The lines between ```python and ``` of a page, block after block.
std::string python_blocks(const std::string& page) {
  const std::string fence = "```python\n";
  std::string code;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    code += page.substr(at, page.find("```", at) - at);
  }
  return code;
}

}  // namespace

TEST_CASE("Python reads a model as docs/model-format.md says", "[.python]") {
  if (run_python(test::TemporaryFolder().path(), "import numpy, safetensors") != 0) {
    std::cerr << "SKIPPED: Python has no numpy and safetensors\n";
    std::quick_exit(skipped);
  }
  const test::TemporaryFolder folder;
  const Dictionary drums = test::small_dictionary("drums", 3);
  const std::vector<SourceModel> models{drums};
  save_models(folder / "drums.safetensors", models, Overwrite::refuse);
  const std::string code =
      python_blocks(test::read_bytes(test::project_folder() / "docs/model-format.md"));
  REQUIRE_THAT(code, contains("safe_open"));
  REQUIRE(run_python(folder.path(), code + "W.tofile('W.bin')\n"
                                           "open('rate', 'w').write(metadata['sample_rate'])\n") ==
          0);
  CHECK(test::read_bytes(folder / "rate") == "22050");
  const std::string bytes = test::read_bytes(folder / "W.bin");
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  REQUIRE(values.size() == 27);
  for (Index f = 0; f < 9; ++f)
    for (Index k = 0; k < 3; ++k)
      CHECK(values[static_cast<std::size_t>(f * 3 + k)] == drums.W(f, k));
}

TEST_CASE("Python runs an autoencoder as docs/model-format.md says", "[.python]") {
  const test::TemporaryFolder folder;
  const std::vector<SourceModel> drums{test::small_dictionary("drums", 3)};
  save_models(folder / "drums.safetensors", drums, Overwrite::refuse);
  Autoencoder anna = test::small_autoencoder("anna");
  anna.encoder = make_network("dense 9 4 | bias 4 | tanh | dense 4 2 | softplus", [](auto& shape) {
    Random random(static_cast<std::uint64_t>(shape.columns));
    return Matrix(
        Matrix::NullaryExpr(shape.rows, shape.columns, [&] { return random.uniform() - 0.3F; }));
  });
  const Autoencoder conv = test::small_conv_autoencoder("conv");
  const std::vector<SourceModel> models{anna, conv};
  save_models(folder / "nets.safetensors", models, Overwrite::refuse);
  Matrix V(9, 5);
  Random random(4);
  for (float& value : V.reshaped()) value = 3 * random.uniform();
  test::write_bytes(folder / "V", std::string(reinterpret_cast<const char*>(V.data()), 9 * 5 * 4));
  const std::string code =
      python_blocks(test::read_bytes(test::project_folder() / "docs/model-format.md"));
  REQUIRE(run_python(folder.path(),
                     code + "V = numpy.fromfile('V', 'float32').reshape(5, 9).T\n"
                            "with safe_open('nets.safetensors', framework='numpy') as model:\n"
                            "    R = reconstruct(model, 'anna', V)\n"
                            "    C = reconstruct(model, 'conv', V, apart=False)\n"
                            "R.T.astype('float32').tofile('R')\n"
                            "C.T.astype('float32').tofile('C')\n") == 0);
  const auto check = [&](const char* file, const Autoencoder& model, const Matrix& levels,
                         Index frames) {
    const std::string bytes = test::read_bytes(folder / file);
    REQUIRE(bytes.size() == 9 * 5 * 4);
    Matrix found(9, 5);
    std::memcpy(found.data(), bytes.data(), bytes.size());
    Tape tape;
    const Batch seen = model.encoder.forward({V.cwiseQuotient(levels), frames}, tape);
    const Matrix R = model.decoder.forward(seen, tape).values.leftCols(5).cwiseProduct(levels);
    CHECK(R.maxCoeff() > 0);
    CHECK(found.isApprox(R, 1e-4F));
  };
  check("R", anna, V.colwise().mean().replicate(9, 1), 1);
  check("C", conv, Matrix::Constant(9, 5, V.mean()), 5);
}
