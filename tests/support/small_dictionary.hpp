#pragma once

#include <string>

#include "nmfsep/core/random.hpp"
#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"

namespace nmfsep::test {

/// A valid dictionary of 9 bins with a random W, other for another seed.
inline Dictionary small_dictionary(const std::string& name, Index components = 2,
                                   std::uint64_t seed = 1) {
  Dictionary dictionary;
  dictionary.name = name;
  dictionary.analysis = {22050, {16, 4, Window::hann}};
  dictionary.objective.magnitude_exponent = 0.7;
  Random random(seed);
  dictionary.W = Matrix::NullaryExpr(9, components, [&] { return random.uniform(); });
  dictionary.W.array().rowwise() /= dictionary.W.colwise().sum().array().eval();
  dictionary.training = {"nmf", 200, seed, 1234.5678901234567, 12.1, 3, "0.1.0"};
  dictionary.objective.mask_exponent = 1.7;
  dictionary.mixture_iterations = 33;
  return dictionary;
}

/// A valid paired dictionary of 9 bins and 2 components with random atoms.
inline PairedDictionary small_paired_dictionary(const std::string& name, int context, int members,
                                                std::uint64_t seed = 7) {
  PairedDictionary paired;
  static_cast<ModelHeader&>(paired) = small_dictionary(name);
  paired.span = context;
  Random random(seed);
  const auto uniform = [&] { return random.uniform(); };
  for (int i = 0; i < members; ++i) {
    AtomPairs pairs{Matrix::NullaryExpr(9 * context, 2, uniform),
                    Matrix::NullaryExpr(9 * context, 2, uniform)};
    pairs.analysis_atoms.array().rowwise() /= pairs.analysis_atoms.colwise().sum().array().eval();
    paired.pairs.push_back(pairs);
  }
  return paired;
}

}  // namespace nmfsep::test
