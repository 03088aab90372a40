// Recordings of any length in the memory of short ones. The long form takes ten hours of stereo,
// which is RF64 of 6.4 GB itself, and needs 32 GB of room for its stems.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/float_wav.hpp"
#include "support/sanitizers.hpp"
#include "support/tally.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using namespace nmfsep::test;
using Json = nlohmann::json;

namespace {

constexpr double piece_seconds = 10;

/// A part of a mixture in stereo, of the two tones of TrainedModels and some noise.
Matrix piece(int rate) {
  const AudioBuffer low = swelling_tone(220, 1.1, piece_seconds, rate);
  const AudioBuffer high = swelling_tone(523, 0.7, piece_seconds, rate);
  Matrix samples = noise(1, low.length(), 2, 0.01F);
  samples.col(0) += low.samples + 0.5F * high.samples;
  samples.col(1) += 0.5F * low.samples + high.samples;
  return samples;
}

/// A mixture, mix.wav, of `pieces` of them in a row, each more quiet than the one before.
void write_mixture(const TrainedModels& folder, int rate, int pieces) {
  const Matrix loudest = piece(rate);
  AudioWriter writer(PendingFile(folder / "mix.wav", Overwrite::replace), 2, rate,
                     {Container::wav, SampleFormat::pcm16});
  for (int i = 0; i < pieces; ++i)
    writer.write(loudest * (1 - 0.7F * static_cast<float>(i) / static_cast<float>(pieces)));
  writer.commit();
}

/// Separates mix.wav so many times. The last run, with the peak of memory of all: peaks scatter by
/// some MB, as threads happen to meet, and hours meet the worst that minutes do now and then.
ProgramResult separate_mixture(const TrainedModels& folder, int times) {
  ProgramResult last;
  double peak = 0;
  for (int i = 0; i < times; ++i) {
    last = must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "-m",
                     folder.at("high.safetensors"), "-o", folder.at("out"), "--iterations", "10",
                     "--overwrite"});
    peak = std::max(peak, last.peak_memory);
  }
  last.peak_memory = peak;
  return last;
}

/// What is wrong with the stems of mix.wav: their headers, and their last seconds.
std::string fault_of_stems(const TrainedModels& folder, int rate, int pieces) {
  const auto frames = static_cast<Index>(piece_seconds * rate) * pieces;
  const auto bytes = static_cast<std::uint64_t>(frames) * 8;
  const Index last = 3 * rate;
  Matrix sum = Matrix::Zero(last, 2);
  for (const std::string stem : {"low", "high"}) {
    const std::string path = folder.at("out/mix/" + stem + ".wav");
    FloatWav wav(path);
    if (wav.kind != (bytes > 0xFFFFFFFF ? "RF64" : "RIFF")) return stem + " is " + wav.kind;
    if (wav.riff_bytes + 8 != std::filesystem::file_size(path)) return stem + ": its RIFF size";
    if (wav.data_bytes != bytes) return stem + ": its data size";
    if (wav.frame_count != static_cast<std::uint64_t>(frames)) return stem + ": its frames";
    if (AudioReader(path).info().length != frames) return stem + ": its frames, as they are read";
    sum += wav.frames_from(frames - last, last);
  }
  const auto quietest = 0.3F + 0.7F / static_cast<float>(pieces);
  const float error = (sum - quietest * piece(rate).bottomRows(last)).cwiseAbs().maxCoeff();
  return error <= 0x1p-15F ? "" : fmt::format("the stems' sum is {} off at the end", error);
}

/// What is wrong with what the training says that it used.
std::string fault_of_training(const TrainedModels& folder, const std::string& json, double used,
                              double available) {
  const Json said = Json::parse(json)["sources"][0];
  const SourceModel model = load_models(folder / "mix.safetensors").front();
  const TrainingRecord& record = model->training;
  if (said["available_seconds"] != available || record.available_seconds != available)
    return "the seconds that there are: " + json;
  const bool agree = said["seconds"] == record.seconds;
  // Of two channels; in pieces, the last of which is short.
  const bool all = record.seconds > 0.8 * used / 2 && record.seconds <= used / 2;
  return agree && all ? "" : "the seconds that were used: " + json;
}

}  // namespace

TEST_CASE("hours of stereo take the memory of minutes, to separate and to learn from", "[hours]") {
  Tally separation("ten hours of stereo, separated");
  Tally training("ten hours of stereo, learnt from");
  const int rate = cases(8000, 44100);
  const std::string most_seconds = std::to_string(cases(200, 1200));
  // Short runs scatter more than that; a copy of the audio has 31 MB.
  const double scatter = cases(8'000'000, 0);
  const TrainedModels folder(rate);
  double memory = 0;
  for (const int pieces : {cases(12, 60), cases(60, 3600)}) {
    write_mixture(folder, rate, pieces);
    const std::string name = fmt::format("{} seconds", pieces * piece_seconds);
    const ProgramResult separated = separate_mixture(folder, memory == 0 ? cases(3, 20) : 1);
    separation.saw(separated);
    separation.add(name + ", stems", fault_of_stems(folder, rate, pieces));
    std::filesystem::remove_all(folder / "out");
    if (memory == 0) memory = separated.peak_memory;
    separation.add(name + ", memory",
                   is_sanitized || separated.peak_memory <= 1.05 * memory + scatter
                       ? ""
                       : fmt::format("{} bytes, not {}", separated.peak_memory, memory));
    const ProgramResult trained = must_run(
        {"train", folder.at("mix.wav"), "-o", folder.at("mix.safetensors"), "--most-seconds",
         most_seconds, "--iterations", "10", "--json", "-", "--overwrite"});
    training.saw(trained);
    training.add(name + ", model", fault_of_training(folder, trained.out, std::stod(most_seconds),
                                                     pieces * piece_seconds));
    training.add(name + ", memory",
                 trained.peak_memory < 2e9 ? "" : fmt::format("{} bytes", trained.peak_memory));
  }
}
