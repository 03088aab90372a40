#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "console/console.hpp"
#include "flags/flags.hpp"
#include "json/json_output.hpp"
#include "nmfsep/core/file_digest.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/stft/analysis.hpp"

namespace nmfsep::cli {

/// The flags that say how sound becomes a matrix.
class AnalysisFlags {
 public:
  /// In a group of their own.
  void add_to(Flags& app);

  /// Whether the user gave any of them.
  bool given() const { return fft_size_ || window_size_ || hop_ || window_ || magnitude_exponent_; }

  /// Defaults for the rate, with what the user gave. A hop that is not given is a quarter of the
  /// window. Throws InvalidArgument.
  StftOptions stft(int sample_rate) const;

  /// What the user gave, for other programs; null for the rest.
  Json settings() const;

  std::optional<double> magnitude_exponent() const { return magnitude_exponent_; }

 private:
  std::optional<int> fft_size_;
  std::optional<int> window_size_;
  std::optional<int> hop_;
  std::optional<std::string> window_;
  std::optional<double> magnitude_exponent_;
};

/// The number that all of `text` spells: for integers within their range, without a sign where they
/// have none.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// Adds -o, which names the model file that a command writes.
void add_model_output_flag(Flags& app, std::string& path);

/// Adds --name, with which the recorded command ends.
void add_model_name_flag(Flags& app, std::string& name);

/// Throws InvalidArgument where the name of a model that is to be written is an audio file's.
void require_model_name(const std::string& path);

/// Adds --seed.
void add_seed_flag(Flags& app, std::uint64_t& seed);

/// Adds --take-what-is-there.
void add_incomplete_flag(Flags& app, bool& takes);

/// A flag's value if the user gave one, and what the help says of its default.
template <typename T>
struct OptionalValue {
  std::optional<T>& given;
  std::string usual;
};

/// Adds --iterations and --tolerance.
void add_update_flags(Flags& app, OptionalValue<int> iterations, OptionalValue<double> tolerance);

/// Files as a list of JSON objects, with null for a digest that there is not.
Json to_json(const std::vector<FileDigest>& files);

/// What a model says of itself: heading → text.
Json facts_json(const std::vector<std::pair<std::string, std::string>>& facts);

/// An analysis with the exponent of its magnitudes, and a report, as JSON objects.
Json to_json(const Analysis& analysis, double magnitude_exponent);
Json to_json(const NmfReport& report);

/// The cost after each look at it, where details are wanted.
void tell(const NmfReport& report, Console& console);

}  // namespace nmfsep::cli
