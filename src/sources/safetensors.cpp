// JSON enters the library here. Where its parser would keep the last of two equal keys and its
// values nest as deep as the input likes, ours is refused at the first sign of either.
#include "sources/safetensors.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

#include "nmfsep/core/text.hpp"
#include "sources/refuse.hpp"

namespace nmfsep::safetensors {
namespace {

using Json = nlohmann::json;

constexpr const char* metadata_key = "__metadata__";
constexpr std::uint64_t element_bytes = 4;  // of F32
constexpr std::size_t deepest = 3;          // header → tensor → shape

/// A name from the file, for a message: printable and not longer than a line.
std::string shown(const std::string& name) {
  constexpr std::size_t longest = 120;
  return fmt::format("'{}{}'", printable(name.substr(0, longest)),
                     name.size() > longest ? "…" : "");
}

/// Follows a parse and stops it at a repeated key or at more nesting than a header has. (The
/// parser's own callback would do, but takes quadratic time over many tensors.)
class StrictForm : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& key) override {
    if (!keys_.back().insert(key).second) refuse("header has {} twice", shown(key));
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    refuse("header is not JSON at byte {}", position);
  }

 private:
  bool open() {
    if (keys_.size() == deepest) refuse("header nests deeper than {} levels", deepest);
    keys_.emplace_back();
    return true;
  }
  bool close() {
    keys_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> keys_;  ///< of each object or array that is open
};

Json parse_strictly(std::string_view text) {
  if (!is_utf8(text)) refuse("header is not UTF-8");
  if (!text.starts_with('{')) refuse("header does not begin with '{{'");
  StrictForm form;
  Json::sax_parse(text, &form);
  return Json::parse(text);
}

const Json& member(const Json& tensor, const char* key, const std::string& name) {
  const auto found = tensor.find(key);
  if (found == tensor.end()) refuse("tensor {} has no {}", shown(name), key);
  return *found;
}

std::vector<std::uint64_t> whole_numbers(const Json& tensor, const char* key,
                                         const std::string& name) {
  const Json& list = member(tensor, key, name);
  const bool whole = list.is_array() && std::all_of(list.begin(), list.end(), [](const Json& v) {
                       return v.is_number_unsigned();
                     });
  if (!whole) refuse("tensor {}: {} is not a list of whole numbers", shown(name), key);
  return list.get<std::vector<std::uint64_t>>();
}

Tensor parse_tensor(const std::string& name, const Json& value) {
  if (!value.is_object()) refuse("tensor {} is not described by an object", shown(name));
  const Json& type = member(value, "dtype", name);
  if (!type.is_string()) refuse("tensor {}: dtype is not a string", shown(name));
  const auto offsets = whole_numbers(value, "data_offsets", name);
  if (offsets.size() != 2)
    refuse("tensor {}: data_offsets has {} numbers, not 2", shown(name), offsets.size());
  return {name, type, whole_numbers(value, "shape", name), offsets[0], offsets[1]};
}

std::map<std::string, std::string> parse_metadata(const Json& value) {
  if (!value.is_object()) refuse("{} is not an object", metadata_key);
  std::map<std::string, std::string> metadata;
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string()) refuse("{}: {} is not a string", metadata_key, shown(key));
    metadata.emplace(key, text.get<std::string>());
  }
  return metadata;
}

/// The bytes that a shape takes; a product beyond `data_bytes` is refused before it overflows.
std::uint64_t bytes_of(const Tensor& tensor, std::uint64_t data_bytes) {
  std::uint64_t elements = 1;
  for (const std::uint64_t size : tensor.shape) {
    if (size == 0) refuse("tensor {}: a dimension is 0", shown(tensor.name));
    if (size > data_bytes / element_bytes / elements)
      refuse("tensor {}: its shape is larger than the file", shown(tensor.name));
    elements *= size;
  }
  return elements * element_bytes;
}

void check_tensor(const Tensor& tensor, std::uint64_t data_bytes) {
  if (tensor.type != "F32")
    refuse("tensor {}: type {} is not 'F32'", shown(tensor.name), shown(tensor.type));
  if (tensor.begin > tensor.end || tensor.end > data_bytes)
    refuse("tensor {}: data_offsets [{}, {}] lie outside the {} bytes of data", shown(tensor.name),
           tensor.begin, tensor.end, data_bytes);
  const std::uint64_t bytes = bytes_of(tensor, data_bytes);
  if (tensor.end - tensor.begin != bytes)
    refuse("tensor {}: data_offsets [{}, {}] do not hold the {} bytes of its shape",
           shown(tensor.name), tensor.begin, tensor.end, bytes);
}

}  // namespace

Header parse_header(std::string_view json) {
  const Json parsed = parse_strictly(json);
  Header header;
  for (const auto& [name, value] : parsed.items()) {
    if (name == metadata_key)
      header.metadata = parse_metadata(value);
    else
      header.tensors.push_back(parse_tensor(name, value));
  }
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const Tensor& a, const Tensor& b) { return a.begin < b.begin; });
  return header;
}

void check_tensors(const Header& header, std::uint64_t data_bytes) {
  std::uint64_t filled = 0;
  for (const Tensor& tensor : header.tensors) {
    check_tensor(tensor, data_bytes);
    if (tensor.begin != filled)
      refuse("tensor {} {} (begins at byte {} of the data, {} are taken)", shown(tensor.name),
             tensor.begin < filled ? "overlaps another" : "leaves a hole before it", tensor.begin,
             filled);
    filled = tensor.end;
  }
  if (filled != data_bytes)
    refuse("the tensors take {} bytes, but {} follow the header", filled, data_bytes);
}

std::string format_header(const Header& header) {
  Json json = Json::object();
  json[metadata_key] = header.metadata;
  for (const Tensor& tensor : header.tensors)
    json[tensor.name] = {{"dtype", tensor.type},
                         {"shape", tensor.shape},
                         {"data_offsets", {tensor.begin, tensor.end}}};
  std::string text = json.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

std::string format_length(std::uint64_t length) {
  std::string bytes;
  for (unsigned i = 0; i < length_bytes; ++i) bytes += static_cast<char>(length >> (8 * i) & 0xFFU);
  return bytes;
}

std::uint64_t parse_length(std::string_view bytes) {
  std::uint64_t length = 0;
  for (unsigned i = 0; i < length_bytes; ++i)
    length |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return length;
}

}  // namespace nmfsep::safetensors
