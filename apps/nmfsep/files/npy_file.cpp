#include "files/npy_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <functional>
#include <numeric>
#include <string>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

static_assert(std::endian::native == std::endian::little, "floats are written as they lie");

constexpr std::size_t head_bytes = 128;  ///< whatever the length comes to be

}  // namespace

NpyFile::NpyFile(PendingFile output, std::vector<Index> inner)
    : output_(std::move(output)),
      inner_(std::move(inner)),
      stream_(output_.temporary(), std::ios::binary) {
  write_header(0);
}

/// A magic word, the version, the length of what follows, and a dictionary of Python, padded.
void NpyFile::write_header(Index length) {
  std::string text = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {},), }}",
                                 length, fmt::join(inner_, ", "));
  constexpr std::size_t text_bytes = head_bytes - 10;
  text.resize(text_bytes - 1, ' ');
  std::string head("\x93NUMPY\x01\x00", 8);
  head += static_cast<char>(text_bytes);
  head += '\0';
  stream_ << head << text << '\n';
}

void NpyFile::append(const VectorView& values) {
  const Vector packed = values;
  stream_.write(reinterpret_cast<const char*>(packed.data()),
                static_cast<std::streamsize>(packed.size() * static_cast<Index>(sizeof(float))));
  values_ += packed.size();
}

void NpyFile::commit() {
  const Index step = std::accumulate(inner_.begin(), inner_.end(), Index{1}, std::multiplies<>());
  stream_.seekp(0);
  write_header(values_ / step);
  stream_.close();
  if (!stream_)
    throw FileError(fmt::format("{}: cannot be written: {}; make room or choose another place",
                                nmfsep::quoted(output_.final_path()), std::strerror(errno)));
  output_.commit();
}

}  // namespace nmfsep::cli
