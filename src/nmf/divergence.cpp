#include "nmfsep/nmf/divergence.hpp"

#include <fmt/format.h>

#include <charconv>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {

double Divergence::update_exponent() const {
  if (beta < 1) return 1 / (2 - beta);
  if (beta > 2) return 1 / (beta - 1);
  return 1;
}

double Divergence::relaxation() const { return beta > 2 ? 1.7 : 1.9; }

std::string to_string(Divergence divergence) {
  if (divergence.beta == 1) return "kl";
  if (divergence.beta == 0) return "is";
  if (divergence.beta == 2) return "euclidean";
  return fmt::format("beta={}", divergence.beta);
}

Divergence divergence_from_string(std::string_view text) {
  if (text == "kl") return {1};
  if (text == "is") return {0};
  if (text == "euclidean") return {2};
  constexpr std::string_view prefix = "beta=";
  double beta = -1;
  if (text.starts_with(prefix)) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + prefix.size(), end, beta);
    if (error != std::errc() || stop != end) beta = -1;
  }
  if (!(beta >= 0 && beta <= 3))
    throw InvalidArgument(
        fmt::format("divergence = '{}', must be kl, is, euclidean, or beta=X with X from 0 to 3",
                    printable(text)));
  return {beta};
}

}  // namespace nmfsep
