#include "nmfsep/core/text.hpp"

#include "support/catch.hpp"

using nmfsep::is_utf8;
using nmfsep::printable;

TEST_CASE("printable text keeps letters of every language") {
  CHECK(printable("Füße 音 🎷") == "Füße 音 🎷");
}

TEST_CASE("printable text shows control characters as hexadecimal") {
  CHECK(printable("a\nb\x1b[31m\x7f") == "a\\x0ab\\x1b[31m\\x7f");
  CHECK(printable("\xC2\x9B") == "\\xc2\\x9b");  // CSI as one C1 character
}

TEST_CASE("printable text shows broken UTF-8 as hexadecimal") {
  CHECK(printable("caf\xE9") == "caf\\xe9");
}

TEST_CASE("UTF-8 must be shortest form, without surrogates, within Unicode, and complete") {
  CHECK(is_utf8("é€😀"));
  for (const char* broken : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"})
    CHECK_FALSE(is_utf8(broken));
}

TEST_CASE("paths in messages are quoted and printable") {
  CHECK(nmfsep::quoted("a\tb.wav") == "'a\\x09b.wav'");
}
