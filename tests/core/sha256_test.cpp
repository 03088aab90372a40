#include "nmfsep/core/sha256.hpp"

#include <string_view>

#include "support/catch.hpp"

using nmfsep::Sha256;

TEST_CASE("SHA-256 gives the digests of FIPS 180-2's examples, in one part or in two") {
  const std::string_view text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  const auto bytes = std::as_bytes(std::span(text));
  Sha256 whole;
  whole.update(bytes);
  Sha256 parts;
  parts.update(bytes.first(5));
  parts.update(bytes.subspan(5));
  const std::string expected = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
  CHECK(whole.hex_digest() == expected);
  CHECK(parts.hex_digest() == expected);
  CHECK(Sha256().hex_digest() ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
