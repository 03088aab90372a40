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
  const std::string available = "training_available_seconds/" + source;
  training.available_seconds = training.seconds;
  if (metadata.contains(available)) read_number(metadata, available, training.available_seconds);
  return training;
}

SeparationSettings read_separation(const Metadata& metadata, const std::string& source) {
  SeparationSettings settings;
  read_number(metadata, "mask_exponent/" + source, settings.mask_exponent);
  read_number(metadata, "mixture_iterations/" + source, settings.iterations);
  return settings;
}

void validate_analysis(const Analysis& analysis) {
  if (analysis.sample_rate < 1)
    refuse("Analysis: sample_rate = {}, must be at least 1 Hz", analysis.sample_rate);
  if (!(analysis.magnitude_exponent > 0) || !std::isfinite(analysis.magnitude_exponent))
    refuse("Analysis: magnitude_exponent = {}, must be positive and finite",
           analysis.magnitude_exponent);
  analysis.stft.validate();
}

void validate_training(const ModelHeader& model) {
  const TrainingRecord& training = model.training;
  const auto check = [&](const char* field, double value, bool valid) {
    if (!valid || !std::isfinite(value))
      refuse("source '{}': {} = {} cannot be", model.name, field, value);
  };
  check("iterations", training.iterations, training.iterations >= 0);
  check("final_cost", training.final_cost, true);
  check("training_seconds", training.seconds, training.seconds >= 0);
  check("training_available_seconds", training.available_seconds, training.available_seconds >= 0);
  check("training_files", training.files, training.files >= 0);
  check("mask_exponent", model.separation.mask_exponent, model.separation.mask_exponent > 0);
  check("mixture_iterations", model.separation.iterations, model.separation.iterations > 0);
  for (const std::string& words : {training.method, training.divergence, training.program_version})
    if (printable(words) != words)
      refuse("source '{}': control character in its metadata '{}'", model.name, printable(words));
}

/// A matrix of a model, with the names for messages.
struct NamedMatrix {
  const std::string& source;
  const char* name;
  const Matrix& values;
};

void require_shape(const NamedMatrix& matrix, Index rows, Index columns) {
  if (matrix.values.rows() != rows || matrix.values.cols() != columns || columns < 1)
    refuse("source '{}': {} is {} × {}, must be {} bins × {}", matrix.source, matrix.name,
           matrix.values.rows(), matrix.values.cols(), rows,
           columns < 1 ? "at least 1 component" : fmt::format("{}", columns));
}

void require_finite(const NamedMatrix& matrix) {
  for (Index k = 0; k < matrix.values.cols(); ++k)
    for (Index f = 0; f < matrix.values.rows(); ++f)
      if (const float value = matrix.values(f, k); !std::isfinite(value) || value < 0)
        refuse("source '{}': {}[{}][{}] = {}, must be finite and not negative", matrix.source,
               matrix.name, f, k, value);
}

void require_unit_columns(const NamedMatrix& matrix) {
  for (Index k = 0; k < matrix.values.cols(); ++k) {
    const double sum = matrix.values.col(k).cast<double>().sum();
    if (std::abs(sum - 1) > column_sum_tolerance)
      refuse("source '{}': column {} of {} sums to {}, must sum to 1", matrix.source, k,
             matrix.name, sum);
  }
}

Index bins_of(const ModelHeader& model) { return model.analysis.stft.fft_size / 2 + 1; }

void validate_values(const Dictionary& dictionary) {
  const NamedMatrix W{dictionary.name, "W", dictionary.W};
  require_shape(W, bins_of(dictionary), W.values.cols());
  require_finite(W);
  require_unit_columns(W);
}

void validate_values(const ConvolutiveDictionary& model) {
  if (model.context < 1 || model.context > most_context)
    refuse("source '{}': context = {}, must be 1 to {}", model.name, model.context, most_context);
  const NamedMatrix W{model.name, "W", model.W};
  require_shape(W, model.context * bins_of(model), W.values.cols());
  require_finite(W);
  require_unit_columns(W);
}

void validate_values(const PairedDictionary& model) {
  if (model.context < 1 || model.context > most_context || model.context % 2 == 0)
    refuse("source '{}': context = {}, must be odd, 1 to {}", model.name, model.context,
           most_context);
  if (model.members.empty()) refuse("source '{}': has no members", model.name);
  const Index components = model.members.front().analysis_atoms.cols();
  for (const AtomPairs& member : model.members) {
    const NamedMatrix found{model.name, "analysis", member.analysis_atoms};
    const NamedMatrix rebuilt{model.name, "reconstruction", member.reconstruction_atoms};
    require_shape(found, model.context * bins_of(model), components);
    require_shape(rebuilt, model.context * bins_of(model), components);
    require_finite(found);
    require_finite(rebuilt);
    require_unit_columns(found);
  }
}

int read_members(const Metadata& metadata, const std::string& source) {
  int members = 0;
  read_number(metadata, "members/" + source, members);
  if (members < 1 || members > most_members)
    refuse("source '{}': members = {}, must be 1 to {}", source, members, most_members);
  return members;
}

SourceModel read_model(const Metadata& metadata, const ModelHeader& header) {
  const std::string& kind = text_of(metadata, "kind/" + header.name);
  if (kind == kind_of(Dictionary())) return Dictionary{header, Matrix()};
  int context = 1;
  read_number(metadata, "context/" + header.name, context);
  if (kind == kind_of(ConvolutiveDictionary()))
    return ConvolutiveDictionary{header, context, Matrix()};
  PairedDictionary model{header, context, {}};
  model.members.resize(static_cast<std::size_t>(read_members(metadata, header.name)));
  return model;
}

}  // namespace

bool is_known_kind(const std::string& kind) {
  return kind == kind_of(Dictionary()) || kind == kind_of(PairedDictionary()) ||
         kind == kind_of(ConvolutiveDictionary());
}

Metadata to_metadata(std::span<const SourceModel> models) {
  const Analysis& analysis = header_of(models.front()).analysis;
  Metadata metadata{{"sample_rate", fmt::format("{}", analysis.sample_rate)},
                    {"fft_size", fmt::format("{}", analysis.stft.fft_size)},
                    {"hop", fmt::format("{}", analysis.stft.hop)},
                    {"window", to_string(analysis.stft.window)},
                    {"magnitude_exponent", fmt::format("{}", analysis.magnitude_exponent)}};
  std::string& sources = metadata["sources"];
  for (const SourceModel& model : models) {
    const auto& [name, ignored, training, separation] = header_of(model);
    sources += (sources.empty() ? "" : "/") + name;
    const auto* paired = std::get_if<PairedDictionary>(&model);
    metadata["kind/" + name] = kind_of(model);
    metadata["components/" + name] = fmt::format("{}", components_of(model));
    if (!std::holds_alternative<Dictionary>(model))
      metadata["context/" + name] = fmt::format("{}", context_of(model));
    if (paired != nullptr) metadata["members/" + name] = fmt::format("{}", paired->members.size());
    metadata["method/" + name] = training.method;
    metadata["divergence/" + name] = training.divergence;
    metadata["iterations/" + name] = fmt::format("{}", training.iterations);
    metadata["seed/" + name] = fmt::format("{}", training.seed);
    metadata["final_cost/" + name] = fmt::format("{}", training.final_cost);
    metadata["training_seconds/" + name] = fmt::format("{}", training.seconds);
    metadata["training_available_seconds/" + name] = fmt::format("{}", training.available_seconds);
    metadata["training_files/" + name] = fmt::format("{}", training.files);
    metadata["program_version/" + name] = training.program_version;
    metadata["mask_exponent/" + name] = fmt::format("{}", separation.mask_exponent);
    metadata["mixture_iterations/" + name] = fmt::format("{}", separation.iterations);
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

std::vector<SourceModel> from_metadata(const Metadata& metadata) {
  const Analysis analysis = read_analysis(metadata);
  std::vector<SourceModel> models;
  for (const std::string& name : source_names(metadata))
    models.push_back(read_model(metadata, {name, analysis, read_training(metadata, name),
                                           read_separation(metadata, name)}));
  return models;
}

void validate_models(std::span<const SourceModel> models) {
  if (models.empty()) refuse("a model file needs at least one source");
  const ModelHeader& first = header_of(models.front());
  validate_analysis(first.analysis);
  std::set<std::string> names;
  for (const SourceModel& model : models) {
    const ModelHeader& header = header_of(model);
    validate_source_name(header.name);
    if (!names.insert(header.name).second)
      refuse("two sources are named '{}'; give each its own name", header.name);
    if (header.analysis != first.analysis)
      refuse(
          "sources of one file need one analysis, but '{}' has {} and '{}' has {}; "
          "train them alike",
          first.name, describe(first.analysis), header.name, describe(header.analysis));
    validate_training(header);
    std::visit([](const auto& kind) { validate_values(kind); }, model);
  }
}

}  // namespace nmfsep
