#pragma once

#include <string>

#include "nmfsep/core/random.hpp"
#include "nmfsep/models/dictionary.hpp"

namespace nmfsep::test {

/// A valid dictionary of 9 bins with a random W, other for another seed.
inline Dictionary small_dictionary(const std::string& name, Index components = 2,
                                   std::uint64_t seed = 1) {
  Dictionary dictionary;
  dictionary.name = name;
  dictionary.analysis = {22050, {16, 4, Window::hann}, 0.7};
  Random random(seed);
  dictionary.W = Matrix::NullaryExpr(9, components, [&] { return random.uniform(); });
  dictionary.W.array().rowwise() /= dictionary.W.colwise().sum().array().eval();
  dictionary.training = {"nmf", "kl", 200, seed, 1234.5678901234567, 12.1, 3, "0.1.0"};
  return dictionary;
}

}  // namespace nmfsep::test
