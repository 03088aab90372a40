#include "nmfsep/sources/autoencoder/autoencoder_training.hpp"

#include <Eigen/SVD>
#include <tbb/global_control.h>

#include <cmath>
#include <functional>
#include <limits>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nets/adam.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

/// A bump that wanders over the bins: one number says all, but no few atoms sum to it.
Matrix bumps(Index bins, Index frames, std::uint64_t seed) {
  Random random(seed);
  Matrix F(bins, frames);
  for (Index t = 0; t < frames; ++t) {
    const float middle = random.uniform() * static_cast<float>(bins);
    const float level = 0.01F + random.uniform();
    for (Index f = 0; f < bins; ++f) {
      const float distance = (static_cast<float>(f) - middle) / 2;
      F(f, t) = level * (0.01F + std::exp(-distance * distance / 2));
    }
  }
  return F;
}

/// Chirps that begin anywhere: each a bump that climbs a bin a frame for six frames.
Matrix chirps(Index bins, Index frames) {
  Random random(5);
  Matrix F = Matrix::Constant(bins, frames, 0.01F);
  for (Index t = 0; t + 6 < frames; t += 1 + static_cast<Index>(random.below(6))) {
    const auto bin = static_cast<Index>(random.below(static_cast<std::uint64_t>(bins - 6)));
    for (Index i = 0; i < 6; ++i) F(bin + i, t + i) += 1 + random.uniform() / 4;
  }
  return F;
}

AutoencoderOptions small(int layers, int epochs) {
  AutoencoderOptions options;
  options.layers = layers;
  options.width = 20;
  options.components = 3;
  options.batch = 32;
  options.epochs = epochs;
  options.sparsity = 0;
  return options;
}

std::vector<Matrix> weights(const TrainedAutoencoder& trained) {
  std::vector<Matrix> all;
  for (const Matrix* each : trained.encoder.parameters()) all.push_back(*each);
  for (const Matrix* each : trained.decoder.parameters()) all.push_back(*each);
  return all;
}

/// The sine of the largest principal angle between what the columns span.
double angle_between(const Matrix& A, const Matrix& B) {
  const auto basis = [](const Matrix& M) {
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(M.cast<double>(), Eigen::ComputeThinU);
    return Eigen::MatrixXd(svd.matrixU());
  };
  const Eigen::MatrixXd a = basis(A), b = basis(B);
  const Eigen::MatrixXd beside = b - a * (a.transpose() * b);
  return Eigen::JacobiSVD<Eigen::MatrixXd>(beside).singularValues()(0);
}

/// Frames of a mean of one, whose energy in each direction is a tenth of that in the one before.
Matrix frames_of_directions(Index bins, Index frames) {
  Random random(4);
  Matrix F = Matrix::Constant(bins, frames, 1);
  for (Index t = 0; t < frames; ++t)
    for (Index k = 0; k < bins; k += 2) {
      const float part = std::pow(0.3F, static_cast<float>(k) / 2) * (2 * random.uniform() - 1);
      F(k, t) += 0.9F * part;
      F(k + 1, t) -= 0.9F * part;
    }
  return F;
}

/// A linear autoencoder of least squared error by gradient descent: its decoder's columns.
Matrix descended(const Matrix& F, Index components, bool is_tied) {
  Random random(1);
  Network encoder = make_network("dense 8 2", random_parameters(random));
  Network decoder = make_network("dense 2 8", random_parameters(random));
  Matrix& E = *encoder.parameters()[0];
  Matrix& D = *decoder.parameters()[0];
  CHECK(components == D.cols());
  if (is_tied) D = E.transpose();
  AdamOptions options;
  options.learning_rate = 0.02;
  options.decay_steps = 6000;
  options.second_decay = 0.99;
  options.epsilon = 0.01;  // small gradients take small steps near the end
  Adam adam(is_tied ? std::vector<Matrix*>{&D} : std::vector<Matrix*>{&E, &D}, options);
  const Loss loss{LossKind::squared, 0};
  for (int step = 0; step < options.decay_steps; ++step) {
    Tape down, up;
    const Matrix code = encoder.forward({F, 1}, down).values;
    const Matrix output = decoder.forward({code, 1}, up).values;
    std::vector<Matrix> of_E = encoder.no_gradients(), of_D = decoder.no_gradients();
    const Matrix gradient = loss.gradient(F, output, 1 / static_cast<float>(F.cols()));
    encoder.backward(decoder.backward({gradient, 1}, up, of_D), down, of_E);
    if (is_tied) {
      adam.step({of_D[0] + of_E[0].transpose()});
      E = D.transpose();
    } else {
      adam.step({of_E[0], of_D[0]});
    }
  }
  return D;
}

}  // namespace

TEST_CASE("training finds a surface that a linear code of the same size cannot") {
  const Matrix F = bumps(24, 600, 1);
  const TrainedAutoencoder trained = train_autoencoder(F, small(4, 60));
  REQUIRE(trained.curve.size() > 3);
  CHECK(trained.curve.front().step == 0);
  CHECK(trained.loss < 0.3 * static_cast<double>(trained.curve.front().held_out));
  CHECK(trained.steps > 500);
  AutoencoderOptions squared = small(4, 60);
  squared.loss = LossKind::squared;
  CHECK(train_autoencoder(F, squared).loss < 0.8 * train_pca(F, 3).loss);
}

TEST_CASE("layers that span frames find what happens in time, and codes may be fewer than frames") {
  const Matrix F = chirps(16, 800);
  AutoencoderOptions options = small(2, 150);
  options.components = 10;
  const double apart = train_autoencoder(F, options).loss;
  options.context = 7;
  const TrainedAutoencoder trained = train_autoencoder(F, options);
  CHECK(trained.loss < 0.7 * apart);
  CHECK(trained.encoder.description() == "convolution 1 16 10 1 7 1 1 1 1 | relu");
  CHECK(trained.decoder.description() == "transposed 1 16 10 1 7 1 1 1 1 | relu-output");
  options.layers = 4;
  options.stride = 2;
  options.epochs = 30;
  const TrainedAutoencoder deep = train_autoencoder(F, options);
  CHECK(deep.loss < 0.8 * static_cast<double>(deep.curve.front().held_out));
  CHECK(deep.encoder.description() ==
        "convolution 1 16 20 1 7 1 1 1 1 | relu | pooling 1 20 1 2 | convolution 1 20 10 1 7 1 1 1 "
        "1 | relu");
  CHECK(deep.decoder.description() ==
        "transposed 1 20 10 1 7 1 2 1 1 | relu | transposed 1 16 20 1 7 1 1 1 1 | relu-output");
  options.epochs = 4;
  const std::vector<Matrix> expected = weights(train_autoencoder(F, options));
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    CHECK(weights(train_autoencoder(F, options)) == expected);
  }
  CHECK(weights(train_autoencoder(0x1p20F * F, options)) == expected);
}

TEST_CASE("dropout leaves out units beside the code alone, by the seed") {
  AutoencoderOptions options = small(4, 4);
  options.dropout = 0.25;
  const Matrix F = bumps(24, 200, 1);
  const TrainedAutoencoder trained = train_autoencoder(F, options);
  CHECK(trained.encoder.description() == "dense 24 20 | relu | dropout 0.25 | dense 20 3 | relu");
  CHECK(trained.decoder.description() ==
        "dense 3 20 | relu | dropout 0.25 | dense 20 24 | relu-output");
  CHECK(weights(train_autoencoder(F, options)) == weights(trained));
  options.dropout = 0;
  CHECK(weights(train_autoencoder(F, options)) != weights(trained));
}

TEST_CASE("every activation trains, and makes a decoder that is never negative") {
  const Matrix F = bumps(24, 200, 3);
  for (const Activation activation :
       {Activation::identity, Activation::relu, Activation::absolute, Activation::softplus,
        Activation::elu, Activation::sigmoid, Activation::tanh}) {
    INFO(to_string(activation));
    AutoencoderOptions options = small(4, 30);
    options.activation = activation;
    const TrainedAutoencoder trained = train_autoencoder(F, options);
    CHECK(trained.loss < 0.8 * static_cast<double>(trained.curve.front().held_out));
    Tape tape;
    const Batch code = trained.encoder.forward({F, 1}, tape);
    CHECK(trained.decoder.forward(code, tape).values.minCoeff() >= 0);
  }
}

TEST_CASE("the seed decides, whatever the threads, and loudness does not matter") {
  const Matrix F = bumps(24, 200, 2);
  AutoencoderOptions options = small(2, 8);
  const std::vector<Matrix> expected = weights(train_autoencoder(F, options));
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    CHECK(weights(train_autoencoder(F, options)) == expected);
  }
  Matrix louder = F;
  for (Index t = 0; t < F.cols(); t += 2) louder.col(t) *= 0x1p20F;
  CHECK(weights(train_autoencoder(louder, options)) == expected);
  options.seed = 1;
  CHECK(weights(train_autoencoder(F, options)) != expected);
}

TEST_CASE("training ends early where held-out frames get no better, and keeps the best weights") {
  Random random(6);
  // Noise of few frames is learnt by heart.
  const Matrix F = Matrix::NullaryExpr(24, 200, [&] { return random.uniform(); });
  AutoencoderOptions options = small(4, 1000);
  options.width = 60;
  options.components = 20;
  const TrainedAutoencoder trained = train_autoencoder(F, options);
  CHECK(trained.steps < 5000);
  double best = 1e9;
  for (const CurvePoint& point : trained.curve)
    best = std::min(best, static_cast<double>(point.held_out));
  CHECK(trained.loss == Approx(best));
  CHECK(static_cast<double>(trained.curve.back().held_out) > best);
}

TEST_CASE("a linear autoencoder by gradient descent spans the principal subspace") {
  const Matrix F = frames_of_directions(8, 400);
  const Matrix W = *train_pca(F, 2).decoder.parameters()[0];
  CHECK(W.isUnitary(1e-5F));
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(F.cast<double>(), Eigen::ComputeThinU);
  CHECK(angle_between(svd.matrixU().leftCols(2).cast<float>(), W) < 1e-3);
  CHECK(angle_between(svd.matrixU().middleCols(1, 2).cast<float>(), W) > 0.5);
  CHECK(angle_between(W, descended(F, 2, false)) < 1e-3);
  CHECK(angle_between(W, descended(F, 2, true)) < 1e-3);
  // By way of the frames, which are fewer than the bins here.
  const Matrix few = F.leftCols(5);
  const Eigen::JacobiSVD<Eigen::MatrixXd> fewer(few.cast<double>(), Eigen::ComputeThinU);
  CHECK(angle_between(fewer.matrixU().leftCols(2).cast<float>(),
                      *train_pca(few, 2).decoder.parameters()[0]) < 1e-3);
}

TEST_CASE("of many bins, the principal subspace is found in rounds, which can be stopped") {
  Random random(2);
  const auto noise = [&](Index rows, Index columns) {
    return Matrix(Matrix::NullaryExpr(rows, columns, [&] { return random.uniform(); }));
  };
  Matrix falling = noise(40, 300);
  for (Index k = 0; k < 40; ++k) falling.row(k) *= std::pow(0.7F, static_cast<float>(k));
  Matrix F = noise(120, 40) * falling;
  F.array().rowwise() /= F.colwise().mean().array().eval();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(F.cast<double>(), Eigen::ComputeThinU);
  const TrainedAutoencoder trained = train_pca(F, 4);
  const Matrix W = *trained.decoder.parameters()[0];
  CHECK(W.isUnitary(1e-5F));
  CHECK(angle_between(svd.matrixU().leftCols(4).cast<float>(), W) < 1e-3);
  CHECK(*train_pca(F, 4).decoder.parameters()[0] == W);
  CHECK_THROWS_AS(train_pca(F, 4, [](const Progress&) { return Answer::cancel; }), Cancelled);
}

TEST_CASE("options of training are checked by name, and so are frames") {
  const Matrix F = bumps(24, 50, 1);
  const auto refuse = [&](const std::function<void(AutoencoderOptions&)>& change,
                          const char* fault) {
    AutoencoderOptions options = small(2, 1);
    change(options);
    CHECK_THROWS_WITH(train_autoencoder(F, options), contains(fault));
  };
  refuse([](auto& o) { o.layers = 3; }, "layers = 3, must be even, 2 to 40");
  refuse([](auto& o) { o.layers = 0; }, "layers = 0");
  refuse([](auto& o) { o.width = 0; }, "width = 0");
  refuse([](auto& o) { o.components = 0; }, "components = 0");
  refuse([](auto& o) { o.sparsity = -1; }, "sparsity = -1");
  refuse([](auto& o) { o.weight_decay = NAN; }, "weight_decay = nan");
  refuse([](auto& o) { o.learning_rate = -1; }, "learning_rate = -1");
  refuse([](auto& o) { o.epochs = -1; }, "epochs = -1");
  refuse([](auto& o) { o.batch = 0; }, "batch = 0");
  refuse([](auto& o) { o.context = 100; }, "context = 100");
  refuse([](auto& o) { o.stride = 2; }, "stride = 2, must be 1 to context");
  refuse([](auto& o) { o.dropout = 1; }, "dropout = 1");
  CHECK_THROWS_AS(train_autoencoder(Matrix::Zero(24, 5), small(2, 1)), InvalidArgument);
  CHECK_THROWS_AS(train_autoencoder(Matrix(24, 0), small(2, 1)), InvalidArgument);
  CHECK_THROWS_WITH(train_pca(F, 25), contains("components = 25"));
  CHECK_THROWS_AS(train_pca(Matrix::Zero(24, 5), 2), InvalidArgument);
}

TEST_CASE("training stops when it is told to") {
  int calls = 0;
  const auto cancel = [&](const Progress& progress) {
    CHECK(progress.total > 0);
    return ++calls == 4 ? Answer::cancel : Answer::proceed;
  };
  CHECK_THROWS_AS(train_autoencoder(bumps(24, 100, 1), small(4, 20), cancel), Cancelled);
  CHECK(calls == 4);
}
