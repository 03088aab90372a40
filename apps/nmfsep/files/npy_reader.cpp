#include "files/npy_reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t most_axes = 8;

[[noreturn]] void refuse_npy(const std::filesystem::path& path, const char* what) {
  throw FileError(fmt::format("{}: {}; name what separate --save-activations wrote",
                              nmfsep::quoted(path), what));
}

/// The numbers between the brackets after 'shape'.
std::vector<Index> shape_in(const std::string& header) {
  const std::size_t begin = header.find('(', header.find("'shape'"));
  const std::size_t end = header.find(')', begin);
  std::vector<Index> shape;
  if (begin == std::string::npos || end == std::string::npos) return shape;
  const char* at = header.data() + begin + 1;
  const char* const last = header.data() + end;
  while (at < last && shape.size() < most_axes) {
    Index length = 0;
    const auto [next, error] = std::from_chars(at, last, length);
    if (error == std::errc() && length >= 0) shape.push_back(length);
    at = next == at ? at + 1 : next;
  }
  return shape;
}

}  // namespace

NpyArray read_npy(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse_npy(path, "cannot be opened");
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() < 10 || bytes.compare(0, 8, std::string("\x93NUMPY\x01\0", 8)) != 0)
    refuse_npy(path, "is no array of NumPy's format 1.0");
  const std::size_t length =
      static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  const std::string header = bytes.substr(10, length);
  if (header.find("'<f4'") == std::string::npos || header.find("False") == std::string::npos)
    refuse_npy(path, "holds no 32-bit floats in C order");
  NpyArray array{shape_in(header), {}};
  const std::size_t most = (bytes.size() - std::min(bytes.size(), 10 + length)) / sizeof(float);
  std::size_t values = array.shape.empty() ? 0 : 1;
  for (const Index axis : array.shape) {
    if (axis > 0 && values > most / static_cast<std::size_t>(axis)) refuse_npy(path, "is cut off");
    values *= static_cast<std::size_t>(axis);
  }
  if (10 + length + values * sizeof(float) != bytes.size())
    refuse_npy(path, "is not as long as its shape says");
  array.values.resize(values);
  if (values > 0) std::memcpy(array.values.data(), &bytes[10 + length], values * sizeof(float));
  return array;
}

}  // namespace nmfsep::cli
