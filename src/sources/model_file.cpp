#include "nmfsep/sources/model_file.hpp"

#include <fmt/format.h>

#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/registry.hpp"
#include "nmfsep/sources/tensor_file.hpp"
#include "sources/metadata.hpp"
#include "sources/refuse.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

constexpr const char* format_name = "nmfsep-model";
constexpr const char* format_version = "1";
/// Of files whose windows are shorter than their frames, which older programs would not see.
constexpr const char* short_window_version = "2";
/// Throws ModelFileError for a file that another program wrote, or a newer version of this one.
void check_format(const Metadata& metadata, const fs::path& path) {
  const auto value = [&](const std::string& key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  if (value("format") != format_name)
    throw ModelFileError(
        fmt::format("{}: not an nmfsep model (its metadata has no format = '{}'); make one with "
                    "nmfsep train",
                    quoted(path), format_name));
  if (value("version") != format_version && value("version") != short_window_version)
    throw ModelFileError(fmt::format(
        "{}: model format version '{}', this nmfsep reads versions '{}' and '{}'; use "
        "another nmfsep or train the model anew",
        quoted(path), printable(value("version")), format_version, short_window_version));
}

/// Throws ModelFileError for a source that this version cannot use.
void check_kinds(const Metadata& metadata, const fs::path& path) {
  for (const std::string& name : source_names(metadata)) {
    const std::string& kind = text_of(metadata, "kind/" + name);
    if (find_source_kind(kind) == nullptr)
      throw ModelFileError(fmt::format(
          "{}: source '{}' is of kind '{}', which this nmfsep does not know; use a newer "
          "nmfsep or train the model anew",
          quoted(path), name, printable(kind)));
  }
}

std::vector<SourceModel> read_sources(const TensorFile& file) {
  std::vector<SourceModel> models;
  std::size_t used = 0;
  for (const ModelHeader& each : headers_in(file.metadata)) {
    const StoredSource stored(each, file.metadata, file.tensors);
    models.push_back(find_source_kind(stored.text("kind"))->load(stored));
    used += stored.tensors_used();
  }
  if (used != file.tensors.size())
    refuse("its {} sources have {} tensors, but it holds {}", models.size(), used,
           file.tensors.size());
  return models;
}

std::vector<SourceModel> read_models(const fs::path& path) {
  const TensorFile file =
      read_tensor_file(path, [&](const Metadata& metadata) { check_format(metadata, path); });
  check_kinds(file.metadata, path);
  std::vector<SourceModel> models = read_sources(file);
  validate_models(models);
  return models;
}

/// All tensors of `models`, by their names in the file.
std::vector<Tensor> tensors_of(std::span<const SourceModel> models) {
  std::vector<Tensor> tensors;
  for (const SourceModel& model : models)
    for (Tensor& tensor : model->tensors()) {
      tensor.name += "/" + model->name;
      tensors.push_back(std::move(tensor));
    }
  return tensors;
}

}  // namespace

std::vector<SourceModel> load_models(const fs::path& path) {
  try {
    return read_models(path);
  } catch (const InvalidArgument& fault) {
    throw ModelFileError(
        fmt::format("{}: not a model that can be used: {}; copy the file again or train the model "
                    "anew",
                    quoted(path), fault.what()));
  }
}

bool looks_like_model(const fs::path& path) { return looks_like_tensor_file(path); }

void save_models(const fs::path& path, std::span<const SourceModel> models, Overwrite overwrite) {
  validate_models(models);
  Metadata metadata = to_metadata(models);
  metadata.emplace("format", format_name);
  metadata.emplace("version",
                   metadata.contains("window_size") ? short_window_version : format_version);
  write_tensor_file(path, std::move(metadata), tensors_of(models), overwrite);
}

}  // namespace nmfsep
