#include <string>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/model_header.hpp"
#include "support/catch.hpp"
#include "support/small_dictionary.hpp"

using namespace nmfsep;

TEST_CASE("An analysis describes itself in one line") {
  CHECK(describe(Analysis{44100, {2048, 512, Window::hann}}) ==
        "44100 Hz, FFT 2048, hop 512, hann window");
  CHECK(describe_sight(test::small_dictionary("x")) ==
        "22050 Hz, FFT 16, hop 4, hann window, magnitude exponent 0.7");
}

TEST_CASE("Names of sources may be words of any language") {
  const std::string name =
      GENERATE(as<std::string>(), "drums", "Bass 2", "a", "piano.left", "Schlagzeug-groß", "ドラム",
               "🥁", "~x_(1)[a]{b}'", std::string(100, 'x'));
  CHECK_NOTHROW(validate_source_name(name));
}

TEST_CASE("Names of sources that cannot be file names are refused with the reason") {
  const auto [name, reason] = GENERATE(table<std::string, std::string>({
      {"", "is empty"},
      {std::string(101, 'x'), "has 101 bytes, more than 100"},
      {"a/b", "has a '/'"},
      {"..", "begins or ends with a space or a dot"},
      {".hidden", "begins or ends with a space or a dot"},
      {"end.", "begins or ends with a space or a dot"},
      {" a", "begins or ends with a space or a dot"},
      {"a ", "begins or ends with a space or a dot"},
      {"a\\b", "has a '\\'"},
      {"a:b", "has a ':'"},
      {"a*b", "has a '*'"},
      {"a?b", "has a '?'"},
      {"a\"b", "has a '\"'"},
      {"a<b", "has a '<'"},
      {"a>b", "has a '>'"},
      {"a|b", "has a '|'"},
      {"a\nb", "'a\\x0ab' has a control character"},
      {"\x1b[31mred", "'\\x1b[31mred' has a control character"},
      {std::string("a\0b", 3), "'a\\x00b' has a control character"},
      {"a\x7f", "has a control character"},
      {"a\xc2\x85", "has a control character"},
      {"caf\xe9", "'caf\\xe9' is not UTF-8"},
      {"\xc0\xaf", "is not UTF-8"},
  }));
  CHECK_THROWS_WITH(validate_source_name(name), contains(reason) && contains("use another"));
  CHECK_THROWS_AS(validate_source_name(name), InvalidArgument);
}

TEST_CASE("Models that agree on how to separate are asked, and others are not") {
  const std::vector<SourceModel> alike{test::small_dictionary("a"), test::small_dictionary("b")};
  const Agreement agreed = agreement_of(alike);
  CHECK(agreed.analysis == alike[0]->analysis);
  CHECK(agreed.objective == alike[0]->objective);
  CHECK(agreed.mixture_iterations == 33);
  Dictionary other = test::small_dictionary("c");
  other.mixture_iterations = 7;
  const Agreement usual = agreement_of(std::vector<SourceModel>{alike[0], other});
  CHECK(usual.objective.mask_exponent == Objective().mask_exponent);
  CHECK(usual.mixture_iterations == ModelHeader().mixture_iterations);
  CHECK_FALSE(usual.exact);
  other.exact = true;
  CHECK(agreement_of(std::vector<SourceModel>{alike[0], other}).exact);
  CHECK(agreement_of({}).objective == Objective());
  other.objective.divergence.beta = 0.5;
  CHECK_THROWS_WITH(agreement_of(std::vector<SourceModel>{alike[0], other}),
                    contains("'a' minimises kl, but 'c' minimises beta=0.5; train them alike"));
  other.objective.magnitude_exponent = 0.5;
  CHECK_THROWS_WITH(agreement_of(std::vector<SourceModel>{alike[0], other}),
                    contains("magnitude exponent 0.5") && contains("train them alike"));
}
