#include "models/model_metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

/// Float columns that were normalised in float are within 1e-6 of one; this leaves room for other
/// programs' models and none for columns that were never normalised.
constexpr double column_sum_tolerance = 1e-4;

template <typename... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) {
  throw InvalidArgument(fmt::format(text, std::forward<Args>(args)...));
}

template <typename T>
void read_number(const Metadata& metadata, const std::string& key, T& number) {
  const std::string& digits = text_of(metadata, key);
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end)
    refuse("its metadata '{}' = '{}' is not a number of its range", printable(key),
           printable(digits.substr(0, 40)));
}

Analysis read_analysis(const Metadata& metadata) {
  Analysis analysis;
  read_number(metadata, "sample_rate", analysis.sample_rate);
  read_number(metadata, "fft_size", analysis.stft.fft_size);
  read_number(metadata, "hop", analysis.stft.hop);
  analysis.stft.window = window_from_string(text_of(metadata, "window"));
  read_number(metadata, "magnitude_exponent", analysis.magnitude_exponent);
  return analysis;
}

TrainingRecord read_training(const Metadata& metadata, const std::string& source) {
  TrainingRecord training;
  training.method = text_of(metadata, "method/" + source);
  training.divergence = text_of(metadata, "divergence/" + source);
  read_number(metadata, "iterations/" + source, training.iterations);
  read_number(metadata, "seed/" + source, training.seed);
  read_number(metadata, "final_cost/" + source, training.final_cost);
  read_number(metadata, "training_seconds/" + source, training.seconds);
  read_number(metadata, "training_files/" + source, training.files);
  training.program_version = text_of(metadata, "program_version/" + source);
  return training;
}

void validate_analysis(const Analysis& analysis) {
  if (analysis.sample_rate < 1)
    refuse("Analysis: sample_rate = {}, must be at least 1 Hz", analysis.sample_rate);
  if (!(analysis.magnitude_exponent > 0) || !std::isfinite(analysis.magnitude_exponent))
    refuse("Analysis: magnitude_exponent = {}, must be positive and finite",
           analysis.magnitude_exponent);
  analysis.stft.validate();
}

void validate_training(const Dictionary& dictionary) {
  const TrainingRecord& training = dictionary.training;
  const auto check = [&](const char* field, double value, bool valid) {
    if (!valid || !std::isfinite(value))
      refuse("source '{}': {} = {} cannot be", dictionary.name, field, value);
  };
  check("iterations", training.iterations, training.iterations >= 0);
  check("final_cost", training.final_cost, true);
  check("training_seconds", training.seconds, training.seconds >= 0);
  check("training_files", training.files, training.files >= 0);
  for (const std::string& words : {training.method, training.divergence, training.program_version})
    if (printable(words) != words)
      refuse("source '{}': control character in its metadata '{}'", dictionary.name,
             printable(words));
}

void validate_W(const Dictionary& dictionary) {
  const Matrix& W = dictionary.W;
  const Index bins = dictionary.analysis.stft.fft_size / 2 + 1;
  if (W.rows() != bins || W.cols() < 1)
    refuse("source '{}': W is {} × {}, must be {} bins × at least 1 component", dictionary.name,
           W.rows(), W.cols(), bins);
  for (Index k = 0; k < W.cols(); ++k) {
    for (Index f = 0; f < bins; ++f)
      if (!std::isfinite(W(f, k)) || W(f, k) < 0)
        refuse("source '{}': W[{}][{}] = {}, must be finite and not negative", dictionary.name, f,
               k, W(f, k));
    const double sum = W.col(k).cast<double>().sum();
    if (std::abs(sum - 1) > column_sum_tolerance)
      refuse("source '{}': column {} of W sums to {}, must sum to 1", dictionary.name, k, sum);
  }
}

}  // namespace

Metadata to_metadata(std::span<const Dictionary> dictionaries) {
  const Analysis& analysis = dictionaries.front().analysis;
  Metadata metadata{{"sample_rate", fmt::format("{}", analysis.sample_rate)},
                    {"fft_size", fmt::format("{}", analysis.stft.fft_size)},
                    {"hop", fmt::format("{}", analysis.stft.hop)},
                    {"window", to_string(analysis.stft.window)},
                    {"magnitude_exponent", fmt::format("{}", analysis.magnitude_exponent)}};
  std::string& sources = metadata["sources"];
  for (const Dictionary& dictionary : dictionaries) {
    const std::string& name = dictionary.name;
    const TrainingRecord& training = dictionary.training;
    sources += (sources.empty() ? "" : "/") + name;
    metadata["kind/" + name] = dictionary_kind;
    metadata["components/" + name] = fmt::format("{}", dictionary.W.cols());
    metadata["method/" + name] = training.method;
    metadata["divergence/" + name] = training.divergence;
    metadata["iterations/" + name] = fmt::format("{}", training.iterations);
    metadata["seed/" + name] = fmt::format("{}", training.seed);
    metadata["final_cost/" + name] = fmt::format("{}", training.final_cost);
    metadata["training_seconds/" + name] = fmt::format("{}", training.seconds);
    metadata["training_files/" + name] = fmt::format("{}", training.files);
    metadata["program_version/" + name] = training.program_version;
  }
  return metadata;
}

const std::string& text_of(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) refuse("its metadata has no '{}'", printable(key));
  return found->second;
}

std::vector<std::string> source_names(const Metadata& metadata) {
  const std::string& names = text_of(metadata, "sources");
  std::vector<std::string> result;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find('/', begin), names.size());
    result.push_back(names.substr(begin, end - begin));
    validate_source_name(result.back());
    begin = end + 1;
  }
  return result;
}

std::vector<Dictionary> from_metadata(const Metadata& metadata) {
  const Analysis analysis = read_analysis(metadata);
  std::vector<Dictionary> dictionaries;
  for (const std::string& name : source_names(metadata))
    dictionaries.push_back({name, analysis, Matrix(), read_training(metadata, name)});
  return dictionaries;
}

void validate_models(std::span<const Dictionary> dictionaries) {
  if (dictionaries.empty()) refuse("a model file needs at least one dictionary");
  const Dictionary& first = dictionaries.front();
  validate_analysis(first.analysis);
  std::set<std::string> names;
  for (const Dictionary& dictionary : dictionaries) {
    validate_source_name(dictionary.name);
    if (!names.insert(dictionary.name).second)
      refuse("two sources are named '{}'; give each its own name", dictionary.name);
    if (dictionary.analysis != first.analysis)
      refuse(
          "sources of one file need one analysis, but '{}' has {} and '{}' has {}; "
          "train them alike",
          first.name, describe(first.analysis), dictionary.name, describe(dictionary.analysis));
    validate_training(dictionary);
    validate_W(dictionary);
  }
}

}  // namespace nmfsep
