#include "nmfsep/sources/tensor_file.hpp"

#include <fmt/format.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <string_view>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/large_pages.hpp"
#include "nmfsep/core/sha256.hpp"
#include "nmfsep/core/text.hpp"
#include "sources/metadata.hpp"
#include "sources/refuse.hpp"
#include "sources/safetensors.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "tensors are read in place");

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

/// SHA-256 of the whole file, the digest's own 64 digits taken as zeros: as it is after the header.
Sha256 begin_digest(const std::string& json_without_digest) {
  const std::string head =
      safetensors::format_length(json_without_digest.size()) + json_without_digest;
  Sha256 hash;
  hash.update(std::as_bytes(std::span(head)));
  return hash;
}

std::string digest_of(const std::string& json_without_digest, std::span<const float> data) {
  Sha256 hash = begin_digest(json_without_digest);
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

/// Reads what follows the header and checks it against the digest in there; what has been read is
/// hashed while more is.
void read_data(ModelReader& reader, const std::string& digest, std::string json,
               std::span<float> data) {
  constexpr std::size_t piece = 1 << 20;  // floats
  json.replace(digest_position(json, digest), no_digest.size(), no_digest);
  Sha256 hash = begin_digest(json);
  tbb::task_group hashing;
  for (std::size_t first = 0; first < data.size(); first += piece) {
    const std::span<float> part = data.subspan(first, std::min(piece, data.size() - first));
    try {
      reader.read({reinterpret_cast<char*>(part.data()), part.size_bytes()});
    } catch (...) {
      hashing.wait();
      throw;
    }
    hashing.wait();
    hashing.run([&hash, part] { hash.update(std::as_bytes(part)); });
  }
  hashing.wait();
  if (hash.hex_digest() != digest) refuse("its contents do not match its {}", hash_key);
}

/// The tensors where they lie in the data, which holds whole floats.
StoredSource::Tensors views_of(const safetensors::Header& header, std::span<const float> data) {
  StoredSource::Tensors views;
  for (const safetensors::Tensor& tensor : header.tensors)
    views[tensor.name] = {{tensor.shape.begin(), tensor.shape.end()},
                          data.data() + tensor.begin / sizeof(float)};
  return views;
}

/// The header of a file of these, its digest yet zeros.
safetensors::Header describe_file(Metadata metadata, const std::vector<Tensor>& tensors) {
  safetensors::Header header{std::move(metadata), {}};
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

TensorFile read_tensor_file(const fs::path& path,
                            const std::function<void(const Metadata&)>& check_format) {
  ModelReader reader(path);
  const std::string json = read_header(reader);
  safetensors::Header header = safetensors::parse_header(json);
  check_format(header.metadata);
  safetensors::check_tensors(header, reader.left());
  const std::size_t count = reader.left() / sizeof(float);
  TensorFile file;
  file.values = std::make_unique_for_overwrite<float[]>(count);  // nobody reads zeros
  const std::span data(file.values.get(), count);
  prefer_large_pages(data.data(), data.size_bytes());
  read_data(reader, text_of(header.metadata, hash_key), json, data);
  file.tensors = views_of(header, data);
  file.metadata = std::move(header.metadata);
  return file;
}

bool looks_like_tensor_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string beginning(safetensors::length_bytes + 1, '\0');
  if (!stream.read(beginning.data(), static_cast<std::streamsize>(beginning.size()))) return false;
  const auto length = safetensors::parse_length(beginning.substr(0, safetensors::length_bytes));
  return length <= safetensors::most_header_bytes && beginning.back() == '{';
}

std::string format_of_tensor_file(const fs::path& path) {
  if (!looks_like_tensor_file(path)) return {};
  try {
    ModelReader reader(path);
    const Metadata metadata = safetensors::parse_header(read_header(reader)).metadata;
    const auto found = metadata.find("format");
    return found == metadata.end() ? std::string() : found->second;
  } catch (const InvalidArgument&) {
    return {};
  }
}

void write_tensor_file(const fs::path& path, Metadata metadata, const std::vector<Tensor>& tensors,
                       Overwrite overwrite) {
  std::string json = safetensors::format_header(describe_file(std::move(metadata), tensors));
  if (json.size() > safetensors::most_header_bytes)
    refuse("{} tensors are too many for one model file; bundle fewer", tensors.size());
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
