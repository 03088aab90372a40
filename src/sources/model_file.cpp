#include "nmfsep/sources/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/sha256.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/registry.hpp"
#include "sources/metadata.hpp"
#include "sources/refuse.hpp"
#include "sources/safetensors.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "model files are read in place");

constexpr const char* format_name = "nmfsep-model";
constexpr const char* format_version = "1";
/// Of files whose windows are shorter than their frames, which older programs would not see.
constexpr const char* short_window_version = "2";
constexpr const char* hash_key = "sha256";
/// Stands in the header where the digest will, and where it was while a file is checked.
const std::string no_digest(64, '0');

/// Where the digest stands in the header's JSON. No other text can look like it: a quote inside a
/// string is escaped, and a header repeats no key.
std::size_t digest_position(std::string_view json, std::string_view digest) {
  const std::size_t found = json.find(fmt::format("\"{}\":\"{}\"", hash_key, digest));
  if (digest.size() != no_digest.size() || found == std::string_view::npos)
    refuse("its {} is not of 64 digits", hash_key);
  return found + std::strlen(hash_key) + 4;
}

/// SHA-256 of the whole file, the digest's own 64 digits taken as zeros.
std::string digest_of(const std::string& json_without_digest, std::span<const float> data) {
  const std::string head =
      safetensors::format_length(json_without_digest.size()) + json_without_digest;
  Sha256 hash;
  hash.update(std::as_bytes(std::span(head)));
  hash.update(std::as_bytes(data));
  return hash.hex_digest();
}

/// Bytes of the file at `path`. Throws ModelFileError when there is none, or no plain file.
std::uint64_t size_of_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw ModelFileError(fmt::format("{}: no such file", quoted(path)));
  if (!fs::is_regular_file(status))
    throw ModelFileError(fmt::format("{}: not a file; name a model file", quoted(path)));
  const std::uint64_t size = fs::file_size(path, error);
  if (error)
    throw ModelFileError(fmt::format("{}: cannot read: {}", quoted(path), error.message()));
  return size;
}

/// A model file that is read from its beginning to its end, no further than its size.
class ModelReader {
 public:
  explicit ModelReader(const fs::path& path)
      : left_(size_of_file(path)), stream_(path, std::ios::binary) {
    if (!stream_)
      throw ModelFileError(fmt::format("{}: cannot open: {}", quoted(path), std::strerror(errno)));
  }

  std::uint64_t left() const { return left_; }

  void read(std::span<char> bytes) {
    if (!stream_.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
      refuse("it cannot be read to its end");
    left_ -= bytes.size();
  }

  std::string read_text(std::uint64_t size) {
    std::string text(size, '\0');
    read(text);
    return text;
  }

 private:
  std::uint64_t left_;  ///< bytes
  std::ifstream stream_;
};

/// Whether a file that begins so is what people have beside their models: WAV, AIFF, FLAC, Ogg, MP3
/// behind a tag.
bool is_audio(const std::string& beginning) {
  const auto begins = [&](const char* magic) { return beginning.starts_with(magic); };
  return begins("RIFF") || begins("RF64") || begins("FORM") || begins("fLaC") || begins("OggS") ||
         begins("ID3");
}

std::string read_header(ModelReader& reader) {
  if (reader.left() < safetensors::length_bytes)
    refuse("its {} bytes are too few for a model", reader.left());
  const std::string beginning = reader.read_text(safetensors::length_bytes);
  if (is_audio(beginning)) refuse("it is an audio file");
  const std::uint64_t length = safetensors::parse_length(beginning);
  if (length > reader.left())
    refuse("its header would be {} bytes long, but {} follow", length, reader.left());
  if (length > safetensors::most_header_bytes)
    refuse("its header is {} bytes long, more than {}", length, safetensors::most_header_bytes);
  return reader.read_text(length);
}

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

void check_digest(const Metadata& metadata, std::string json, std::span<const float> data) {
  const std::string& digest = text_of(metadata, hash_key);
  json.replace(digest_position(json, digest), no_digest.size(), no_digest);
  if (digest_of(json, data) != digest) refuse("its contents do not match its {}", hash_key);
}

/// The tensors where they lie in the data, which holds whole floats.
StoredSource::Tensors views_of(const safetensors::Header& header, std::span<const float> data) {
  StoredSource::Tensors views;
  for (const safetensors::Tensor& tensor : header.tensors)
    views[tensor.name] = {{tensor.shape.begin(), tensor.shape.end()},
                          data.data() + tensor.begin / sizeof(float)};
  return views;
}

std::vector<SourceModel> read_sources(const safetensors::Header& header,
                                      std::span<const float> data) {
  const StoredSource::Tensors tensors = views_of(header, data);
  std::vector<SourceModel> models;
  std::size_t used = 0;
  for (const ModelHeader& each : headers_in(header.metadata)) {
    const StoredSource stored(each, header.metadata, tensors);
    models.push_back(find_source_kind(stored.text("kind"))->load(stored));
    used += stored.tensors_used();
  }
  if (used != header.tensors.size())
    refuse("its {} sources have {} tensors, but it holds {}", models.size(), used,
           header.tensors.size());
  return models;
}

std::vector<SourceModel> read_models(const fs::path& path) {
  ModelReader reader(path);
  const std::string json = read_header(reader);
  const safetensors::Header header = safetensors::parse_header(json);
  check_format(header.metadata, path);
  safetensors::check_tensors(header, reader.left());
  const std::size_t count = reader.left() / sizeof(float);
  const auto floats = std::make_unique_for_overwrite<float[]>(count);  // nobody reads zeros
  const std::span data(floats.get(), count);
  reader.read({reinterpret_cast<char*>(data.data()), data.size() * sizeof(float)});
  check_digest(header.metadata, json, data);
  check_kinds(header.metadata, path);
  std::vector<SourceModel> models = read_sources(header, data);
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

/// The header of a file of `models`, its digest yet zeros.
safetensors::Header describe_file(std::span<const SourceModel> models,
                                  const std::vector<Tensor>& tensors) {
  safetensors::Header header{to_metadata(models), {}};
  header.metadata.emplace("format", format_name);
  header.metadata.emplace(
      "version", header.metadata.contains("window_size") ? short_window_version : format_version);
  header.metadata.emplace(hash_key, no_digest);
  std::uint64_t end = 0;
  for (const Tensor& tensor : tensors) {
    const std::uint64_t begin = std::exchange(end, end + tensor.values.size() * sizeof(float));
    header.tensors.push_back(
        {tensor.name, "F32", {tensor.shape.begin(), tensor.shape.end()}, begin, end});
  }
  return header;
}

std::vector<float> values_of(const std::vector<Tensor>& tensors) {
  std::vector<float> data;
  for (const Tensor& tensor : tensors)
    data.insert(data.end(), tensor.values.begin(), tensor.values.end());
  return data;
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

bool looks_like_model(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string beginning(safetensors::length_bytes + 1, '\0');
  if (!stream.read(beginning.data(), static_cast<std::streamsize>(beginning.size()))) return false;
  const auto length = safetensors::parse_length(beginning.substr(0, safetensors::length_bytes));
  return length <= safetensors::most_header_bytes && beginning.back() == '{';
}

void save_models(const fs::path& path, std::span<const SourceModel> models, Overwrite overwrite) {
  validate_models(models);
  const std::vector<Tensor> tensors = tensors_of(models);
  std::string json = safetensors::format_header(describe_file(models, tensors));
  if (json.size() > safetensors::most_header_bytes)
    refuse("{} sources are too many for one model file; bundle fewer", models.size());
  const std::vector<float> data = values_of(tensors);
  json.replace(digest_position(json, no_digest), no_digest.size(), digest_of(json, data));

  PendingFile file(path, overwrite);
  std::ofstream stream(file.temporary(), std::ios::binary);
  stream << safetensors::format_length(json.size()) << json;
  stream.write(reinterpret_cast<const char*>(data.data()),
               static_cast<std::streamsize>(data.size() * sizeof(float)));
  stream.close();
  if (!stream)
    throw FileError(fmt::format("{}: cannot be written: {}; make room or choose another place",
                                quoted(path), std::strerror(errno)));
  file.commit();
}

}  // namespace nmfsep
