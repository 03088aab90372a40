// One hash a command: on so many threads, whether or not the machine has as many cores, in blocks
// of any size, again and again.
#include <fmt/format.h>

#include <span>

#include "nmfsep/core/sha256.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "nmfsep/training/trainer.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"
#include "support/tally.hpp"
#include "support/temporary_folder.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

std::string hash_of(const std::string& bytes) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(bytes)));
  return hash.hex_digest();
}

SourceAudio recording(double hertz) {
  AudioBuffer tone = swelling_tone(hertz, 2, 3);
  tone.samples += noise(1, tone.length(), 1, 0.1F);
  SourceAudio source;
  source.name = fmt::format("tone of {} Hz", hertz);
  source.origin = "a test";
  source.recordings.push_back(std::move(tone));
  return source;
}

TrainedModel train(const std::string& method, double hertz = 220) {
  TrainingOptions options = usual_training(method);
  options.nmf.components = 12;
  options.nmf.iterations = 10;
  return Trainer(options).train({recording(hertz)}).front();
}

/// Hash of the file that a training makes.
std::string hash_of_training(const std::string& method) {
  const TemporaryFolder folder;
  const SourceModel model = train(method).model;
  save_models(folder / "model", {&model, 1}, Overwrite::refuse);
  return hash_of(read_bytes(folder / "model"));
}

std::string hash_of_stems(const Separator& separator, const AudioBuffer& mixture) {
  Diagnostics diagnostics;
  std::string bytes;
  for (const Stem& stem : separator.separate(mixture, "mixture", diagnostics).stems) {
    const Matrix& samples = stem.audio.samples;
    bytes.append(reinterpret_cast<const char*>(samples.data()),
                 static_cast<std::size_t>(samples.size()) * sizeof(float));
  }
  return hash_of(bytes);
}

/// Calls `hash` on each number of threads, time and again.
template <typename F>
void check_one_hash(Tally& tally, const std::string& name, const F& hash) {
  std::string expected;
  on_threads(1, [&] { expected = hash(); });
  for (const int threads : {1, 2, 3, 4, 7, 16})
    for (int repeat = 0; repeat < cases(1, 4); ++repeat)
      on_threads(threads, [&] {
        tally.add(fmt::format("{} on {} threads", name, threads),
                  hash() == expected ? "" : "has another hash");
      });
}

}  // namespace

TEST_CASE("any number of threads and any blocks make one hash", "[threads]") {
  Tally tally("threads, blocks and repeats: one hash");
  for (const std::string method : {"nmf", "exemplars", "convolutive"})
    check_one_hash(tally, method, [&] { return hash_of_training(method); });

  const std::vector<SourceModel> models{train("nmf", 220).model, train("nmf", 523).model};
  AudioBuffer mixture{noise(2, 24000, 2, 0.1F), 8000};
  mixture.samples.colwise() += swelling_tone(220, 1.1, 3).samples.col(0);
  NmfOptions nmf;
  nmf.iterations = 10;
  std::string expected;
  for (const Index block : {1 << 20, 1, 7, 64, 100}) {
    const Separator separator(models.front()->analysis, {{}, 1, 1},
                              make_decomposer(models, {}, nmf), {block});
    const std::string hash = hash_of_stems(separator, mixture);
    if (expected.empty()) expected = hash;
    tally.add(fmt::format("blocks of {}", block), hash == expected ? "" : "has another hash");
    check_one_hash(tally, fmt::format("blocks of {}", block),
                   [&] { return hash_of_stems(separator, mixture); });
  }
}
