#pragma once

#include "nmfsep/sources/autoencoder/autoencoder.hpp"
#include "support/small_dictionary.hpp"

namespace nmfsep::test {

/// A valid autoencoder of 9 bins, 2 components and four layers, with random weights.
inline Autoencoder small_autoencoder(const std::string& name, std::uint64_t seed = 3) {
  Autoencoder model;
  static_cast<ModelHeader&>(model) = small_dictionary(name);
  Random random(seed);
  const auto positive = [&](const ParameterShape& shape) {
    return Matrix(Matrix::NullaryExpr(shape.rows, shape.columns, [&] { return random.uniform(); }));
  };
  model.encoder = make_network("dense 9 4 | relu | dense 4 2 | relu", positive);
  model.decoder = make_network("dense 2 4 | relu | dense 4 9 | relu-output", positive);
  *model.decoder.parameters()[0] -= Matrix::Constant(4, 2, 0.3F);
  model.curve = {{0, 1.5F, 1.75F}, {100, 0.5F, 0.625F}};
  return model;
}

/// The same of layers that span three frames, with codes of two frames.
inline Autoencoder small_conv_autoencoder(const std::string& name, std::uint64_t seed = 3) {
  Autoencoder model = small_autoencoder(name);
  Random random(seed);
  const auto positive = [&](const ParameterShape& shape) {
    return Matrix(Matrix::NullaryExpr(shape.rows, shape.columns, [&] { return random.uniform(); }));
  };
  model.encoder = make_network(
      "convolution 1 9 4 1 3 1 1 1 1 | relu | pooling 1 4 1 2 | convolution 1 4 2 1 3 1 1 1 1 | "
      "relu",
      positive);
  model.decoder = make_network(
      "transposed 1 4 2 1 3 1 2 1 1 | relu | transposed 1 9 4 1 3 1 1 1 1 | relu-output", positive);
  *model.decoder.parameters()[0] -= Matrix::Constant(2, 12, 0.3F);
  return model;
}

}  // namespace nmfsep::test
