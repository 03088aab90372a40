#pragma once

#include "nmfsep/sources/n_hmm/n_hmm.hpp"
#include "support/random_matrix.hpp"
#include "support/small_dictionary.hpp"

namespace nmfsep::test {

/// A chain whose probabilities are drawn by the seed, none near 0.
inline MarkovChain random_chain(Index states, std::uint64_t seed) {
  MarkovChain chain{positive_matrix(states, 1, seed), positive_matrix(states, states, seed + 1)};
  chain.initial /= chain.initial.sum();
  chain.transitions.array().colwise() /= chain.transitions.rowwise().sum().eval().array();
  return chain;
}

/// A valid model of 9 bins with random atoms and a random chain.
inline NHmm small_n_hmm(const std::string& name, Index states, Index components,
                        std::uint64_t seed) {
  NHmm model;
  static_cast<ModelHeader&>(model) = small_dictionary(name);
  model.W = small_dictionary(name, states * components, seed).W;
  model.chain = random_chain(states, seed + 100);
  model.draws = 30;
  return model;
}

}  // namespace nmfsep::test
