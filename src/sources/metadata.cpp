#include "sources/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <set>

#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/priors/prior_text.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "sources/refuse.hpp"

namespace nmfsep {
namespace {

Analysis read_analysis(const Metadata& metadata) {
  Analysis analysis;
  read_number(metadata, "sample_rate", analysis.sample_rate);
  read_number(metadata, "fft_size", analysis.stft.fft_size);
  read_number(metadata, "hop", analysis.stft.hop);
  analysis.stft.window = window_from_string(text_of(metadata, "window"));
  if (metadata.contains("window_size"))
    read_number(metadata, "window_size", analysis.stft.window_size);
  return analysis;
}

std::string file_key(std::size_t file, const std::string& source) {
  return fmt::format("training_file/{}/{}", file, source);
}

/// As sha256sum writes it, with a dash for a digest where there is none.
std::string line_of(const FileDigest& file) {
  return fmt::format("{}  {}", file.sha256.empty() ? "-" : file.sha256, file.name);
}

std::vector<FileDigest> read_digests(const Metadata& metadata, const std::string& source) {
  std::vector<FileDigest> files;
  for (auto found = metadata.find(file_key(0, source)); found != metadata.end();
       found = metadata.find(file_key(files.size(), source))) {
    const std::string& line = found->second;
    const std::size_t gap = std::min(line.find("  "), line.size());
    const std::string sha256 = line.substr(0, gap);
    files.push_back({line.substr(std::min(gap + 2, line.size())), sha256 == "-" ? "" : sha256});
  }
  return files;
}

TrainingRecord read_training(const Metadata& metadata, const std::string& source) {
  TrainingRecord training;
  training.method = text_of(metadata, "method/" + source);
  read_number(metadata, "iterations/" + source, training.iterations);
  read_number(metadata, "seed/" + source, training.seed);
  read_number(metadata, "final_cost/" + source, training.final_cost);
  read_number(metadata, "training_seconds/" + source, training.seconds);
  read_number(metadata, "training_files/" + source, training.files);
  training.program_version = text_of(metadata, "program_version/" + source);
  const std::string available = "training_available_seconds/" + source;
  training.available_seconds = training.seconds;
  if (metadata.contains(available)) read_number(metadata, available, training.available_seconds);
  if (metadata.contains("solver/" + source))
    training.solver = text_of(metadata, "solver/" + source);
  if (metadata.contains("tolerance/" + source))
    read_number(metadata, "tolerance/" + source, training.tolerance.emplace());
  if (metadata.contains("command/" + source))
    training.command = text_of(metadata, "command/" + source);
  training.audio = read_digests(metadata, source);
  return training;
}

Objective read_objective(const Metadata& metadata, const std::string& source) {
  Objective objective;
  objective.divergence = divergence_from_string(text_of(metadata, "divergence/" + source));
  read_number(metadata, "magnitude_exponent", objective.magnitude_exponent);
  read_number(metadata, "mask_exponent/" + source, objective.mask_exponent);
  return objective;
}

constexpr std::string_view exact_search = "exact";

bool read_search(const Metadata& metadata, const std::string& source) {
  const std::string& text = text_of(metadata, "search/" + source);
  if (text != exact_search)
    refuse("source '{}': search '{}', must be '{}' or left out", printable(source), printable(text),
           exact_search);
  return true;
}

ModelHeader read_header(const Metadata& metadata, const Analysis& analysis,
                        const std::string& source) {
  ModelHeader header{source, analysis, read_objective(metadata, source),
                     read_training(metadata, source)};
  read_number(metadata, "mixture_iterations/" + source, header.mixture_iterations);
  if (metadata.contains("prior/" + source)) header.prior = text_of(metadata, "prior/" + source);
  if (metadata.contains("search/" + source)) header.exact = read_search(metadata, source);
  return header;
}

void validate_analysis(const Analysis& analysis) {
  if (analysis.sample_rate < 1)
    refuse("Analysis: sample_rate = {}, must be at least 1 Hz", analysis.sample_rate);
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
  const Objective& objective = model.objective;
  check("magnitude_exponent", objective.magnitude_exponent, objective.magnitude_exponent > 0);
  check("mask_exponent", objective.mask_exponent, objective.mask_exponent > 0);
  check("mixture_iterations", model.mixture_iterations, model.mixture_iterations > 0);
  priors_from_string(model.prior);  // refuses what is none
  if (training.tolerance) check("tolerance", *training.tolerance, *training.tolerance >= 0);
  std::vector<std::string> texts{training.method, training.program_version, training.solver,
                                 training.command};
  for (const FileDigest& file : training.audio) texts.push_back(line_of(file));
  for (const std::string& words : texts)
    if (printable(words) != words)
      refuse("source '{}': control character in its metadata '{}'", model.name, printable(words));
}

/// What a file says only where it is known.
void add_origin(const ModelHeader& model, Metadata& metadata) {
  const TrainingRecord& training = model.training;
  if (!training.solver.empty()) metadata["solver/" + model.name] = training.solver;
  if (training.tolerance)
    metadata["tolerance/" + model.name] = fmt::format("{}", *training.tolerance);
  if (!training.command.empty() && training.command.size() <= longest_command)
    metadata["command/" + model.name] = training.command;
  for (std::size_t i = 0; i < std::min(training.audio.size(), most_named_files); ++i)
    metadata[file_key(i, model.name)] = line_of(training.audio[i]);
}

}  // namespace

Metadata to_metadata(std::span<const SourceModel> models) {
  const ModelHeader& first = *models.front();
  const Analysis& analysis = first.analysis;
  Metadata metadata{{"sample_rate", fmt::format("{}", analysis.sample_rate)},
                    {"fft_size", fmt::format("{}", analysis.stft.fft_size)},
                    {"hop", fmt::format("{}", analysis.stft.hop)},
                    {"window", to_string(analysis.stft.window)},
                    {"magnitude_exponent", fmt::format("{}", first.objective.magnitude_exponent)}};
  if (analysis.stft.window_length() != analysis.stft.fft_size)
    metadata["window_size"] = fmt::format("{}", analysis.stft.window_size);
  std::string& sources = metadata["sources"];
  for (const SourceModel& model : models) {
    const auto& [name, ignored, objective, training, iterations, prior, exact] =
        static_cast<const ModelHeader&>(*model);
    sources += (sources.empty() ? "" : "/") + name;
    metadata["kind/" + name] = model->kind();
    for (const auto& [key, text] : model->details()) metadata[key + "/" + name] = text;
    metadata["method/" + name] = training.method;
    metadata["divergence/" + name] = to_string(objective.divergence);
    metadata["iterations/" + name] = fmt::format("{}", training.iterations);
    metadata["seed/" + name] = fmt::format("{}", training.seed);
    metadata["final_cost/" + name] = fmt::format("{}", training.final_cost);
    metadata["training_seconds/" + name] = fmt::format("{}", training.seconds);
    metadata["training_available_seconds/" + name] = fmt::format("{}", training.available_seconds);
    metadata["training_files/" + name] = fmt::format("{}", training.files);
    metadata["program_version/" + name] = training.program_version;
    metadata["mask_exponent/" + name] = fmt::format("{}", objective.mask_exponent);
    metadata["mixture_iterations/" + name] = fmt::format("{}", iterations);
    if (!prior.empty()) metadata["prior/" + name] = prior;
    if (exact) metadata["search/" + name] = exact_search;
    add_origin(*model, metadata);
  }
  return metadata;
}

const std::string& text_of(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) refuse("its metadata has no '{}'", printable(key));
  return found->second;
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

template void read_number(const Metadata&, const std::string&, int&);
template void read_number(const Metadata&, const std::string&, float&);
template void read_number(const Metadata&, const std::string&, double&);
template void read_number(const Metadata&, const std::string&, std::uint64_t&);

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

std::vector<ModelHeader> headers_in(const Metadata& metadata) {
  const Analysis analysis = read_analysis(metadata);
  std::vector<ModelHeader> headers;
  for (const std::string& name : source_names(metadata))
    headers.push_back(read_header(metadata, analysis, name));
  return headers;
}

void validate_models(std::span<const SourceModel> models) {
  if (models.empty()) refuse("a model file needs at least one source");
  const ModelHeader& first = *models.front();
  validate_analysis(first.analysis);
  std::set<std::string> names;
  for (const SourceModel& model : models) {
    const ModelHeader& header = *model;
    validate_source_name(header.name);
    if (!names.insert(header.name).second)
      refuse("two sources are named '{}'; give each its own name", header.name);
    validate_training(header);
    if (!see_alike(first, header))
      refuse(
          "sources of one file need one analysis, but '{}' has {} and '{}' has {}; "
          "train them alike",
          first.name, describe_sight(first), header.name, describe_sight(header));
    model->validate();
  }
}

}  // namespace nmfsep
