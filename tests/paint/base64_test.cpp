#include "paint/base64.hpp"

#include "nmfsep/core/errors.hpp"
#include "nmfsep/render/canvas.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("base64 of any bytes comes back as these bytes") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i * 37);
    CHECK(cli::from_base64(base64(bytes)) == bytes);
  }
  CHECK(cli::from_base64("").empty());
  CHECK(cli::from_base64("TWE") == "Ma");  // without its padding
}

TEST_CASE("what is no base64 is refused") {
  for (const char* text : {"A", "AAAAA", "A===", "=", "AA A", "AA\n", "AA-_", "A=AA", "é"})
    CHECK_THROWS_AS(cli::from_base64(text), InvalidArgument);
}
