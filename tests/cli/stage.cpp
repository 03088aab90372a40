#include "cli/stage.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <limits>

#include "nmfsep/sources/model_file.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/model_bytes.hpp"
#include "support/small_dictionary.hpp"

namespace nmfsep::test {
namespace {

using Json = nlohmann::json;

constexpr int rate = 22050;

template <typename Number>
std::string little_endian(Number number) {
  std::string bytes(sizeof(Number), '\0');
  std::memcpy(bytes.data(), &number, sizeof(Number));
  return bytes;
}

/// A mono WAV of 32-bit floats, by hand, so that it may hold what our writer refuses.
std::string wav(const std::vector<float>& samples, std::uint32_t sample_rate = rate) {
  std::string data;
  for (const float sample : samples) data += little_endian(sample);
  const std::string format = little_endian<std::uint16_t>(3) + little_endian<std::uint16_t>(1) +
                             little_endian(sample_rate) + little_endian(sample_rate * 4) +
                             little_endian<std::uint16_t>(4) + little_endian<std::uint16_t>(32);
  const std::string chunks = "WAVEfmt " + little_endian<std::uint32_t>(16) + format + "data" +
                             little_endian(static_cast<std::uint32_t>(data.size())) + data;
  return "RIFF" + little_endian(static_cast<std::uint32_t>(chunks.size())) + chunks;
}

std::vector<float> noise_samples(std::size_t count) {
  const Matrix samples = noise(1, static_cast<Index>(count), 1, 0.5F);
  return {samples.data(), samples.data() + samples.size()};
}

/// Half a second of noise with one sample replaced at 0.25 s.
std::vector<float> noise_with(float bad) {
  std::vector<float> samples = noise_samples(rate / 2);
  samples[5512] = bad;
  return samples;
}

Dictionary dictionary_of(const std::string& name, const Analysis& analysis) {
  Dictionary dictionary = small_dictionary(name);
  dictionary.analysis = analysis;
  dictionary.objective.magnitude_exponent = 1;
  return dictionary;
}

}  // namespace

Stage::Stage() {
  write_recordings();
  write_models();
  write_damaged_models();
  std::filesystem::create_directory(folder_ / "folder");
  std::filesystem::create_directories(folder_ / "taken/good");
  write_bytes(folder_ / "taken/good/drums.wav", "an older stem");
  write_bytes(folder_ / "taken.safetensors", "an older model");
}

void Stage::write_recordings() const {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::string good = wav(noise_samples(rate / 2));
  write_bytes(folder_ / "good.wav", good);
  write_bytes(folder_ / "long.wav", wav(noise_samples(20 * rate)));
  write_bytes(folder_ / "rate 44100.wav", wav(noise_samples(rate), 44100));
  write_bytes(folder_ / "silent.wav", wav(std::vector<float>(rate / 2)));
  write_bytes(folder_ / "short.wav", wav(noise_samples(40)));
  write_bytes(folder_ / "no frames.wav", wav({}));
  write_bytes(folder_ / "rate 0.wav", wav(noise_samples(100), 0));
  write_bytes(folder_ / "nan.wav", wav(noise_with(std::numeric_limits<float>::quiet_NaN())));
  write_bytes(folder_ / "infinite.wav", wav(noise_with(-infinity)));
  write_bytes(folder_ / "text.wav", "This is not audio but a line of text, and a long one.\n");
  write_bytes(folder_ / "empty.wav", "");
  write_bytes(folder_ / "cut.wav", good.substr(0, good.size() / 2));
  write_bytes(folder_ / "cut header.wav", good.substr(0, 30));
  const AudioFormat flac_format{Container::flac, SampleFormat::pcm16};
  write_audio(folder_ / "good.flac", {noise(2, rate / 2, 1, 0.5F), rate}, flac_format);
  const std::string flac = read_bytes(folder_ / "good.flac");
  write_bytes(folder_ / "cut.flac", flac.substr(0, flac.size() / 2));
  std::string flipped = flac;
  flipped[flipped.size() / 2] ^= 1;
  write_bytes(folder_ / "flipped.flac", flipped);
}

void Stage::write_models() const {
  const Analysis analysis{rate, {16, 4, Window::hann}};
  const auto write = [&](const std::string& file, const std::string& name, Analysis of) {
    const SourceModel model = dictionary_of(name, of);
    save_models(folder_ / (file + ".model"), {&model, 1}, Overwrite::refuse);
  };
  write("drums", "drums", analysis);
  write("bass", "bass", analysis);
  write("other drums", "drums", analysis);
  write("rate 44100", "piano", {44100, analysis.stft});
  write("hop 8", "piano", {rate, {16, 8, Window::hann}});
}

/// Copies of drums.model, each with one fault and a right checksum.
void Stage::write_damaged_models() const {
  const std::string good = read_bytes(folder_ / "drums.model");
  write_bytes(folder_ / "cut.model", good.substr(0, good.size() - 1));
  std::string flipped = good;
  flipped[good.size() - 20] ^= 1;
  write_bytes(folder_ / "flipped.model", flipped);
  write_bytes(folder_ / "endless header.model", length_prefix(1U << 30U) + good.substr(8));

  using Damage = std::function<void(Json&, std::string&)>;
  const auto write = [&](const std::string& name, const Damage& damage) {
    ModelParts parts = take_apart(good);
    Json header = Json::parse(parts.header);
    header["__metadata__"]["sha256"] = std::string(64, '0');
    damage(header, parts.data);
    parts.header = header.dump();
    write_bytes(folder_ / (name + ".model"), put_together(parts));
  };
  const auto set_value = [](float value) {
    return [=](Json&, std::string& data) { std::memcpy(data.data(), &value, sizeof(value)); };
  };
  write("foreign", [](Json& h, std::string&) { h.erase("__metadata__"); });
  write("version 3", [](Json& h, std::string&) { h["__metadata__"]["version"] = "3"; });
  write("convolutive",
        [](Json& h, std::string&) { h["__metadata__"]["kind/drums"] = "convolutive"; });
  write("offsets outside", [](Json& h, std::string&) {
    h["W/drums"]["data_offsets"] = {0, 1U << 30U};
  });
  write("overlap", [](Json& h, std::string&) { h["W/more"] = h["W/drums"]; });
  write("shape", [](Json& h, std::string&) { h["W/drums"]["shape"] = {6, 3}; });
  write("type", [](Json& h, std::string&) { h["W/drums"]["dtype"] = "I32"; });
  write("nan", set_value(std::numeric_limits<float>::quiet_NaN()));
  write("negative", set_value(-1));
  write("escape", [](Json& h, std::string&) {
    const Json text = h.dump();
    std::string renamed = text;
    for (std::size_t at = renamed.find("drums"); at != std::string::npos;
         at = renamed.find("drums"))
      renamed.replace(at, 5, "dr\\u001b");
    h = Json::parse(renamed);
  });
}

ProgramResult Stage::run(const std::vector<std::string>& arguments, ProgramOptions options) const {
  options.folder = folder_.path();
  return run_program(arguments, options);
}

std::map<std::string, std::string> Stage::contents() const {
  std::map<std::string, std::string> contents;
  for (const std::string& entry : folder_.entries()) {
    const bool is_file = std::filesystem::is_regular_file(folder_ / entry);
    contents[entry] = is_file ? read_bytes(folder_ / entry) : "";
  }
  return contents;
}

const Stage& stage() {
  static const Stage the_stage;
  return the_stage;
}

}  // namespace nmfsep::test
