#include "flags/options.hpp"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>

#include "nmfsep/audio/file_names.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

void AnalysisFlags::add_to(Flags& app) {
  app.begin_group("Analysis");
  app.add_option("--fft-size", fft_size_,
                 "Samples a frame, an even number (default: the power of two from 64 ms on, 4096 "
                 "at 44.1 kHz)")
      ->type_name("SAMPLES");
  app.add_option("--window-size", window_size_,
                 "Samples the window spans in the middle of a frame, an even number (default: "
                 "--fft-size)")
      ->type_name("SAMPLES");
  app.add_option("--hop", hop_, "Samples from frame to frame (default: a quarter of the window)")
      ->type_name("SAMPLES");
  app.add_option("--window", window_, "What tapers each frame (default: hann)")
      ->type_name("hann|hamming|blackman|sine|rectangular");
  app.add_option("--magnitude-exponent", magnitude_exponent_,
                 "Power of the magnitudes that are factorised (default: what goes with the "
                 "divergence, for kl 1)")
      ->type_name("P");
}

StftOptions AnalysisFlags::stft(int sample_rate) const {
  StftOptions options = StftOptions::for_sample_rate(sample_rate);
  if (fft_size_) options.fft_size = *fft_size_;
  if (window_size_ && *window_size_ == 0)
    throw InvalidArgument("--window-size 0: must be even and 16 to --fft-size");
  options.window_size = window_size_.value_or(0);
  if (fft_size_ || window_size_) options.hop = options.window_length() / 4;
  if (hop_) options.hop = *hop_;
  if (window_) options.window = window_from_string(lower_case(*window_));
  options.validate();
  return options;
}

Json AnalysisFlags::settings() const {
  const auto given = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
  return {{"fft_size", given(fft_size_)},
          {"window_size", given(window_size_)},
          {"hop", given(hop_)},
          {"window", window_ ? Json(lower_case(*window_)) : Json(nullptr)},
          {"magnitude_exponent", given(magnitude_exponent_)}};
}

void add_model_output_flag(Flags& app, std::string& path) {
  app.add_option("-o,--output", path, "The model file to write")
      ->required()
      ->type_name("FILE")
      ->changes_no_result();
}

void add_model_name_flag(Flags& app, std::string& name) {
  app.add_option("-n,--name", name,
                 "The source's name (default: the output's, without .safetensors)")
      ->type_name("NAME")
      ->changes_no_result();
}

void require_model_name(const std::string& path) {
  if (!looks_like_audio(path) && !looks_like_unread_audio(path)) return;
  const auto usual = std::filesystem::path(path).replace_extension(".safetensors");
  throw InvalidArgument(
      fmt::format("{}: a model is written, and this is the name of an audio file; was {} meant?",
                  nmfsep::quoted(path), nmfsep::quoted(usual)));
}

void add_seed_flag(Flags& app, std::uint64_t& seed) {
  app.add_option("--seed", seed, fmt::format("Seed of the random start (default: {})", seed))
      ->check([](const std::string& text) {
        // CLI11's own conversion would take -1 and 2⁶⁴ for 2⁶⁴ − 1.
        return parse_number<std::uint64_t>(text)
                   ? std::string()
                   : text + " is not a whole number from 0 to 18446744073709551615";
      })
      ->type_name("N");
}

void add_incomplete_flag(Flags& app, bool& takes) {
  app.add_flag(
      "--take-what-is-there", takes,
      "Take a recording that is shorter than its header says as far as it goes, and say so, "
      "instead of refusing it");
}

void add_update_flags(Flags& app, OptionalValue<int> iterations, OptionalValue<double> tolerance) {
  app.add_option("--iterations", iterations.given,
                 fmt::format("Updates at most (default: {})", iterations.usual))
      ->type_name("N");
  app.add_option("--tolerance", tolerance.given,
                 fmt::format("Stop when ten updates lower the divergence by less than this part "
                             "of it; 0 = never (default: {})",
                             tolerance.usual))
      ->type_name("X");
}

Json to_json(const std::vector<FileDigest>& files) {
  Json list = Json::array();
  for (const FileDigest& file : files)
    list.push_back(
        {{"file", file.name}, {"sha256", file.sha256.empty() ? Json(nullptr) : Json(file.sha256)}});
  return list;
}

Json facts_json(const std::vector<std::pair<std::string, std::string>>& facts) {
  Json object = Json::object();
  for (const auto& [heading, text] : facts) object[heading] = text;
  return object;
}

Json to_json(const Analysis& analysis, double magnitude_exponent) {
  return {
      {"sample_rate", analysis.sample_rate},          {"fft_size", analysis.stft.fft_size},
      {"window_size", analysis.stft.window_length()}, {"hop", analysis.stft.hop},
      {"window", to_string(analysis.stft.window)},    {"magnitude_exponent", magnitude_exponent}};
}

Json to_json(const NmfReport& report) {
  Json looks = Json::array();
  for (const CostSample& look : report.cost)
    looks.push_back({{"iteration", look.iteration}, {"divergence", number(look.cost)}});
  return {{"iterations", report.iterations},
          {"divergence", number(report.final_cost())},
          {"stopped_by", to_string(report.termination)},
          {"looks", looks}};
}

void tell(const NmfReport& report, Console& console) {
  for (const CostSample& look : report.cost)
    console.detail(fmt::format("after {} updates: divergence {:.6g}", look.iteration, look.cost));
}

}  // namespace nmfsep::cli
