#include "nmfsep/core/temporary_file.hpp"

#include <array>
#include <cstdlib>
#include <vector>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

std::vector<std::byte> bytes_from(int first, std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<std::byte>((static_cast<std::size_t>(first) + i) % 251);
  return bytes;
}

}  // namespace

TEST_CASE("a temporary file gives back what was appended, from any place and in any order") {
  TemporaryFile file;
  file.append(bytes_from(0, 100000));
  file.append(bytes_from(100000, 23456));
  for (const int first : {99990, 0, 123455}) {
    std::vector<std::byte> bytes(first == 123455 ? 1 : 500);
    file.read(first, bytes);
    CHECK(bytes == bytes_from(first, bytes.size()));
  }
  file.append(bytes_from(123456, 10));
  std::vector<std::byte> last(10);
  file.read(123456, last);
  CHECK(last == bytes_from(123456, 10));
}

TEST_CASE("reading beyond the end of a temporary file is an error") {
  TemporaryFile file;
  file.append(bytes_from(0, 10));
  std::array<std::byte, 4> bytes = {};
  CHECK_THROWS_AS(file.read(8, bytes), FileError);
}
