#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nmfsep::safetensors {

/// The header's length, little-endian, comes first in the file.
inline constexpr std::uint64_t length_bytes = 8;
/// No header of ours comes near; a longer one is somebody's attempt to fill the memory.
inline constexpr std::uint64_t most_header_bytes = 1U << 20U;

/// A tensor as the header describes it.
struct Tensor {
  std::string name;
  std::string type;                  ///< "F32" is all that we use
  std::vector<std::uint64_t> shape;  ///< slowest dimension first
  std::uint64_t begin = 0;           ///< first byte, from the end of the header
  std::uint64_t end = 0;             ///< one past the last byte
};

struct Header {
  std::map<std::string, std::string> metadata;
  std::vector<Tensor> tensors;  ///< in the order of their bytes
};

/// Reads the JSON of a header. Throws InvalidArgument naming the fault unless it is UTF-8, has the
/// container's form and repeats no key. What the tensors say is for `check_tensors`.
Header parse_header(std::string_view json);

/// Throws InvalidArgument naming the fault unless the tensors are F32, of a size that fits their
/// shape, and fill `data_bytes` from the first to the last without overlap or hole.
void check_tensors(const Header& header, std::uint64_t data_bytes);

/// The JSON of a header, padded with spaces so that the tensors begin at a multiple of 8 bytes.
std::string format_header(const Header& header);

/// The 8 bytes before the JSON, and back.
std::string format_length(std::uint64_t length);
std::uint64_t parse_length(std::string_view bytes);

}  // namespace nmfsep::safetensors
