// Large dictionaries, whose activations are found on few rows, on the demo's drums and bass.
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/paired/paired_decomposer.hpp"
#include "nmfsep/training/trainer.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/sounds.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

const std::filesystem::path data = project_folder() / "data";

AudioBuffer recording(const std::string& set, const std::string& name) {
  return read_audio(data / set / (name + ".flac"));
}

AudioBuffer start_of(AudioBuffer audio, double seconds) {
  audio.samples = audio.samples.topRows(static_cast<Index>(seconds * audio.sample_rate)).eval();
  return audio;
}

SourceAudio material(const std::string& name) {
  SourceAudio source;
  source.name = name;
  source.origin = "the demo";
  source.recordings.push_back(recording("train", name));
  return source;
}

std::vector<SourceModel> trained_set(int context, Index components) {
  TrainingOptions options = usual_training("exemplars", true);
  options.method = "exemplars";
  options.together = true;
  options.mixture_seconds = 0;
  options.context = context;
  options.nmf.components = components;
  return models_of(Trainer(options).train({material("drums"), material("bass")}));
}

std::vector<SourceModel> exemplars() {
  TrainingOptions options = usual_training("exemplars");
  options.method = "exemplars";
  options.nmf.components = 200;
  return models_of(Trainer(options).train({material("drums"), material("bass")}));
}

struct Job {
  bool exact = false;
  std::optional<Index> block_frames;
};

/// Stems of the first seconds of drums and bass together, in stereo of which the second channel is
/// another moment.
Separation separate(const std::vector<SourceModel>& models, const Job& job) {
  const AudioBuffer drums = start_of(recording("test", "drums"), 4);
  const AudioBuffer bass = start_of(recording("test", "bass"), 4);
  AudioBuffer mixture{Matrix(drums.samples.rows(), 2), drums.sample_rate};
  mixture.samples.col(0) = drums.samples + bass.samples;
  mixture.samples.col(1) = mixture.samples.col(0).reverse();
  NmfOptions nmf;
  nmf.iterations = 50;
  nmf.exact = job.exact;
  SeparatorOptions options;
  options.block_frames = job.block_frames;
  const Separator separator(models.front()->analysis, {}, make_decomposer(models, {}, nmf),
                            options);
  Diagnostics diagnostics;
  return separator.separate(mixture, "mixture", diagnostics);
}

/// The mean over the sources of signal to error, dB, in the channel that has references.
double quality(const Separation& separation) {
  double sum = 0;
  for (const Stem& stem : separation.stems) {
    AudioBuffer first = stem.audio;
    first.samples = stem.audio.samples.col(0).eval();
    sum -= error_db(start_of(recording("test", stem.name), 4), first);
  }
  return sum / static_cast<double>(separation.stems.size());
}

void check_same(const Separation& a, const Separation& b) {
  for (std::size_t s = 0; s < a.stems.size(); ++s)
    CHECK(a.stems[s].audio.samples == b.stems[s].audio.samples);
}

}  // namespace

TEST_CASE("large sets separate on few rows no worse than on all") {
  const std::vector<SourceModel> models = trained_set(3, 200);
  const Separation few = separate(models, {});
  const Separation exact = separate(models, {true, {}});
  CHECK(few.stems[0].audio.samples != exact.stems[0].audio.samples);
  CHECK(few.report.factorisation.iterations == 60);
  CAPTURE(quality(few), quality(exact));
  CHECK(quality(exact) > 5);
  CHECK(quality(few) > quality(exact) - 0.1);
}

TEST_CASE("smaller dictionaries are searched as ever, to the bit") {
  const std::vector<SourceModel> models = exemplars();
  check_same(separate(models, {}), separate(models, {true, {}}));
}

TEST_CASE("no block size and number of threads changes a bit of stems from few rows") {
  const std::vector<SourceModel> models = trained_set(3, 200);
  const Separation expected = separate(models, {});
  for (const Index frames : {1, 13, 64, 1000})
    check_same(separate(models, {false, frames}), expected);
  for (const int threads : {1, 2, 7})
    on_threads(threads, [&] { check_same(separate(models, {}), expected); });
}
