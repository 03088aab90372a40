#pragma once

#include "nmfsep/sources/mask_network/mask_network.hpp"
#include "support/small_dictionary.hpp"

namespace nmfsep::test {

/// A valid set of two sources of 9 bins, whose network of one layer has random weights.
inline std::vector<SourceModel> small_mask_set(const std::string& first, const std::string& second,
                                               float share = 0.35F) {
  Random random(5);
  MaskNet net;
  net.sources = {first, second};
  net.context = 3;
  const auto uniform = [&](const ParameterShape& s) {
    return Matrix(Matrix::NullaryExpr(s.rows, s.columns, [&] { return random.uniform() - 0.5F; }));
  };
  for (int member = 0; member < 2; ++member)
    net.networks.push_back(make_network("dropout 0.1 | dense 27 18 | bias 18", uniform));
  net.share = share;
  net.steps = 60;
  net.looks = {{0, 30, 4.5F}, {0, 45, 6.25F, true}, {1, 30, 5.5F}, {1, 45, 6, true}};
  std::vector<SourceModel> set;
  for (const std::string& name : net.sources) {
    MaskNetwork model;
    model.dictionary = small_paired_dictionary(name, 3, 1, set.size() + 1);
    static_cast<ModelHeader&>(model) = model.dictionary;
    model.place = static_cast<int>(set.size());
    if (set.empty()) model.net = std::make_shared<const MaskNet>(net);
    set.emplace_back(std::move(model));
  }
  return set;
}

}  // namespace nmfsep::test
