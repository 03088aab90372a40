// Bytes as a model file. Where they have 64 zeros in place of a digest, these become the right one,
// so that fuzzing gets behind it.
#include "fuzz/memory_file.hpp"
#include "fuzz/target.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/bytes.hpp"
#include "support/model_bytes.hpp"
#include "support/small_autoencoder.hpp"
#include "support/small_dictionary.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

std::string without_digest(const std::vector<SourceModel>& models) {
  const TemporaryFolder folder;
  save_models(folder / "model", models, Overwrite::refuse);
  std::string bytes = read_bytes(folder / "model");
  const std::size_t digest = bytes.find("\"sha256\":\"") + 10;
  return bytes.replace(digest, 64, std::string(64, '0'));
}

/// What was loaded must work: a network's answer to one frame.
void run_networks(const std::vector<SourceModel>& models) {
  for (const SourceModel& model : models) {
    const auto* network = model.as<Autoencoder>();
    if (network == nullptr) continue;
    Tape tape;
    const Matrix frame = Matrix::Ones(bins_of(network->analysis), 1);
    network->decoder.forward(network->encoder.forward({frame, 1}, tape), tape);
  }
}

}  // namespace

std::vector<std::string> seeds() {
  return {without_digest({small_dictionary("a", 1)}),
          without_digest({small_dictionary("a", 1), small_dictionary("b", 2)}),
          without_digest({small_paired_dictionary("a", 3, 2)}),
          without_digest({small_autoencoder("a")}),
          without_digest({small_conv_autoencoder("a")}),
          length_prefix(2) + "{}",
          length_prefix(1U << 20U) + "{\"__metadata__\":{\"format\":\"nmfsep-model\"}}",
          ""};
}

}  // namespace nmfsep::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nmfsep;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const std::string input = size < 8 ? text : test::with_digest(text);
  try {
    test::run_networks(load_models(test::MemoryFile(input).path()));
  } catch (const FileError&) {
  }
  return 0;
}
