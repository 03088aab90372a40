#include "nmfsep/sources/autoencoder/autoencoder.hpp"

#include <tbb/global_control.h>

#include <cmath>
#include <functional>
#include <limits>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nets/adam.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"
#include "support/small_autoencoder.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using nmfsep::test::positive_matrix;
using nmfsep::test::small_autoencoder;
using nmfsep::test::small_dictionary;

namespace {

constexpr Index bins = 9;

NmfOptions updates(int count, double tolerance = 0) {
  NmfOptions options;
  options.iterations = count;
  options.tolerance = tolerance;
  return options;
}

Matrix run(const Network& network, const Matrix& input) {
  Tape tape;
  return network.forward({input, 1}, tape).values;
}

/// Frames that the models can explain: sums of what their decoders say of random codes.
Matrix mixture_of(const std::vector<Autoencoder>& models, Index frames) {
  Matrix V = Matrix::Zero(bins, frames);
  std::uint64_t seed = 10;
  for (const Autoencoder& model : models)
    V += run(model.decoder, 10 * positive_matrix(model.components(), frames, ++seed));
  return V;
}

/// One frame explained by two shallow decoders max(0, W·h), in double from the formulas: codes
/// start at the encoder's view of half the frame, and Adam moves their logarithms down the gradient
/// of KL.
struct Literal {
  std::vector<Eigen::MatrixXd> encoders, decoders;
  double floor;

  std::vector<Eigen::VectorXd> explain(Eigen::VectorXd v, int steps) const {
    const double level = v.mean();
    v /= level;
    std::vector<Eigen::VectorXd> z;
    for (const auto& encoder : encoders) {
      Eigen::VectorXd h = ((encoder * v).cwiseMax(0) / 2).eval();
      z.push_back(h.cwiseMax(1e-3 * h.mean()).array().log());
    }
    std::vector<Eigen::VectorXd> m, s;
    for (const auto& each : z) {
      m.push_back(Eigen::VectorXd::Zero(each.size()));
      s.push_back(m.back());
    }
    for (int t = 1; t <= steps; ++t) {
      Eigen::VectorXd r = Eigen::VectorXd::Constant(v.size(), floor);
      for (std::size_t i = 0; i < z.size(); ++i) r += model(i, z[i]);
      const Eigen::VectorXd g = 1 - (v.array() + floor) / r.array();
      for (std::size_t i = 0; i < z.size(); ++i) {
        const Eigen::ArrayXd h = z[i].array().exp();
        const Eigen::ArrayXd gz = h * (decoders[i].transpose() * g).array();
        m[i] = 0.9 * m[i].array() + 0.1 * gz;
        s[i] = 0.99 * s[i].array() + 0.01 * gz.square();
        z[i].array() -= 0.2 * (m[i].array() / (1 - std::pow(0.9, t))) /
                        (s[i].array() / (1 - std::pow(0.99, t))).sqrt();
      }
    }
    std::vector<Eigen::VectorXd> estimates;
    for (std::size_t i = 0; i < z.size(); ++i) estimates.push_back(level * model(i, z[i]));
    return estimates;
  }

  Eigen::VectorXd model(std::size_t i, const Eigen::VectorXd& z) const {
    return (decoders[i] * z.array().exp().matrix()).cwiseMax(0);
  }
};

Autoencoder shallow(const std::string& name, std::uint64_t seed) {
  Autoencoder model = small_autoencoder(name);
  model.encoder = make_network(
      "dense 9 3 | relu", [&](const ParameterShape&) { return positive_matrix(3, bins, seed); });
  model.decoder = make_network("dense 3 9 | relu-output", [&](const ParameterShape&) {
    return positive_matrix(bins, 3, seed + 1);
  });
  return model;
}

double kl(const Matrix& V, const Decomposition& found) {
  Matrix R = Matrix::Zero(V.rows(), V.cols());
  for (const SourceEstimate& source : found.sources) R += source.magnitudes;
  return (V.array() * (V.array() / (R.array() + 1e-9F)).log() - V.array() + R.array()).sum();
}

}  // namespace

TEST_CASE("networks explain a frame as the formulas say") {
  const std::vector<Autoencoder> models{shallow("a", 1), shallow("b", 5)};
  Literal literal{{}, {}, static_cast<double>(models[0].floor)};
  for (const Autoencoder& model : models) {
    literal.encoders.push_back(model.encoder.parameters()[0]->cast<double>());
    literal.decoders.push_back(model.decoder.parameters()[0]->cast<double>());
  }
  const Matrix V = positive_matrix(bins, 20, 9);
  const auto decomposer = make_decomposer({models[0], models[1]}, {}, updates(12));
  const Decomposition found = decompose_whole(*decomposer, V, 1, {});
  for (Index t = 0; t < V.cols(); ++t) {
    const auto expected = literal.explain(V.col(t).cast<double>(), 12);
    for (std::size_t s = 0; s < 2; ++s)
      CHECK(found.sources[s].magnitudes.col(t).cast<double>().isApprox(expected[s], 1e-3));
  }
}

TEST_CASE("what decoders can say together is found") {
  const std::vector<Autoencoder> models{small_autoencoder("a", 3), small_autoencoder("b", 4)};
  const Matrix V = mixture_of(models, 30);
  const auto decomposer = make_decomposer({models[0], models[1]}, {}, updates(200));
  const Decomposition found = decompose_whole(*decomposer, V, 1, {});
  CHECK(found.sources[0].name == "a");
  CHECK(kl(V, found) < 1e-3 * V.cast<double>().sum());
  CHECK(found.report.cost.front().cost > 10 * found.report.final_cost());
}

TEST_CASE("frames are explained apart: any blocks, threads and channels give the same bits") {
  const std::vector<SourceModel> models{small_autoencoder("a", 3), small_autoencoder("b", 4)};
  Matrix V = positive_matrix(bins, 300, 2);
  V.col(7).setZero();
  const auto decomposer = make_decomposer(models, {}, updates(30, 1e-3));
  REQUIRE(decomposer->reach() == std::optional<Index>(0));
  const Decomposition whole = decompose_whole(*decomposer, V, 1, {});
  CHECK(whole.sources[0].magnitudes.allFinite());
  CHECK(whole.sources[0].magnitudes.col(7).maxCoeff() < 1e-6F);
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    CHECK(decompose_whole(*decomposer, V, 1, {}).sources[1].magnitudes ==
          whole.sources[1].magnitudes);
  }
  CHECK(decompose_whole(*decomposer, V, 3, {}).sources[1].magnitudes ==
        whole.sources[1].magnitudes);
  for (const Index first : {0, 1, 255, 290})
    CHECK(decompose_whole(*decomposer, V.middleCols(first, 10), 1, {}).sources[0].magnitudes ==
          whole.sources[0].magnitudes.middleCols(first, 10));
}

TEST_CASE("estimates follow the level, and a tolerance ends the search") {
  const std::vector<SourceModel> models{small_autoencoder("a", 3), small_autoencoder("b", 4)};
  const Matrix V = positive_matrix(bins, 20, 2);
  const auto decomposer = make_decomposer(models, {}, updates(50));
  const Decomposition usual = decompose_whole(*decomposer, V, 1, {});
  const Decomposition quiet = decompose_whole(*decomposer, 0x1p-60F * V, 1, {});
  CHECK(quiet.sources[0].magnitudes == 0x1p-60F * usual.sources[0].magnitudes);
  CHECK(usual.report.iterations == 50);
  CHECK(usual.report.termination == Termination::iterations);
  const auto hasty = make_decomposer(models, {}, updates(500, 0.5));
  const Decomposition soon = decompose_whole(*hasty, V, 1, {});
  CHECK(soon.report.iterations < 100);
  CHECK(soon.report.termination == Termination::tolerance);
}

TEST_CASE("a network and a dictionary explain a mixture together, with a source to learn beside") {
  Dictionary dictionary = small_dictionary("b", 2, 8);
  const Autoencoder network = small_autoencoder("a", 3);
  const Matrix V = mixture_of({network}, 40) + dictionary.W * positive_matrix(2, 40, 6);
  const auto decomposer = make_decomposer({network, dictionary}, {}, updates(300));
  CHECK_FALSE(decomposer->reach());
  const Decomposition found = decompose_whole(*decomposer, V, 1, {});
  CHECK(kl(V, found) < 0.01 * V.cast<double>().sum());
  CHECK(found.report.final_cost() < found.report.cost.front().cost / 10);
  const Decomposition learnt =
      decompose_whole(*make_decomposer({network}, {{"rest", 3}}, updates(50)), V, 1);
  CHECK(learnt.sources[1].magnitudes.allFinite());
  CHECK(learnt.report.final_cost() < learnt.report.cost.front().cost);
  const Decomposition again = decompose_whole(*decomposer, V, 1, {});
  CHECK(again.sources[0].magnitudes == found.sources[0].magnitudes);
}

TEST_CASE("networks over several frames explain a mixture beside each other and a dictionary") {
  const Autoencoder a = test::small_conv_autoencoder("a", 3),
                    b = test::small_conv_autoencoder("b", 4);
  Matrix V = Matrix::Zero(bins, 31);
  std::uint64_t seed = 10;
  for (const Autoencoder* model : {&a, &b}) {
    Tape tape;
    V +=
        model->decoder.forward({10 * positive_matrix(2, 16, ++seed), 16}, tape).values.leftCols(31);
  }
  const auto decomposer = make_decomposer({a, b}, {}, updates(300));
  CHECK_FALSE(decomposer->reach());
  const Decomposition found = decompose_whole(*decomposer, V, 1, {});
  CHECK(kl(V, found) < 0.02 * V.cast<double>().sum());
  CHECK(found.report.final_cost() < found.report.cost.front().cost / 10);
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    CHECK(decompose_whole(*decomposer, V, 1, {}).sources[0].magnitudes ==
          found.sources[0].magnitudes);
  }
  // Channels beside each other are sequences of their own.
  Matrix two(bins, 62);
  two << V, 0x1p-10F * V;
  const Decomposition channels = decompose_whole(*decomposer, two, 2, {});
  CHECK(channels.sources[0].magnitudes.leftCols(31) == found.sources[0].magnitudes);
  CHECK(channels.sources[0].magnitudes.rightCols(31) == 0x1p-10F * found.sources[0].magnitudes);
  const Dictionary dictionary = small_dictionary("c", 2, 8);
  const Decomposition beside = decompose_whole(*make_decomposer({a, dictionary}, {}, updates(100)),
                                               V + dictionary.W * positive_matrix(2, 31, 6), 1, {});
  CHECK(beside.report.final_cost() < beside.report.cost.front().cost / 2);
}

TEST_CASE("models that were trained by squared error find their inputs by it") {
  std::vector<Autoencoder> models{small_autoencoder("a", 3), small_autoencoder("b", 4)};
  const Matrix V = mixture_of(models, 30) + positive_matrix(bins, 30, 7);
  const auto explain = [&](LossKind first, LossKind second) {
    models[0].loss = first;
    models[1].loss = second;
    return decompose_whole(*make_decomposer({models[0], models[1]}, {}, updates(200)), V, 1, {});
  };
  const Decomposition usual = explain(LossKind::kl, LossKind::kl);
  CHECK(explain(LossKind::kl, LossKind::squared).sources[0].magnitudes ==
        usual.sources[0].magnitudes);
  const Decomposition found = explain(LossKind::squared, LossKind::squared);
  CHECK(found.sources[0].magnitudes != usual.sources[0].magnitudes);
  const Eigen::RowVectorXf level = V.colwise().mean();
  const Matrix error = V - found.sources[0].magnitudes - found.sources[1].magnitudes;
  double cost = 0;
  for (Index t = 0; t < V.cols(); ++t)
    cost += static_cast<double>(error.col(t).squaredNorm() / level(t) / 2);
  CHECK(found.report.final_cost() == Approx(cost).epsilon(1e-3));
  CHECK(cost < found.report.cost.front().cost / 10);
}

TEST_CASE("a search stops when it is told to") {
  int calls = 0;
  const auto cancel = [&](const Progress&) {
    return ++calls == 5 ? Answer::cancel : Answer::proceed;
  };
  const auto decomposer = make_decomposer({small_autoencoder("a")}, {}, updates(50));
  CHECK_THROWS_AS(decompose_whole(*decomposer, positive_matrix(bins, 20, 2), 1, cancel), Cancelled);
  CHECK(calls == 5);
  CHECK_THROWS_AS(decompose_whole(*decomposer, positive_matrix(bins + 1, 20, 2), 1, {}),
                  InvalidArgument);
}

TEST_CASE("an autoencoder is read as it was written") {
  const test::TemporaryFolder folder;
  Autoencoder written = small_autoencoder("anna");
  written.loss = LossKind::squared;
  const Autoencoder conv = test::small_conv_autoencoder("conv");
  const std::vector<SourceModel> models{written, small_dictionary("drums"), conv};
  save_models(folder / "model", models, Overwrite::refuse);
  const std::vector<SourceModel> found = load_models(folder / "model");
  REQUIRE(found.size() == 3);
  CHECK(found[2].as<Autoencoder>()->decoder.description() == conv.decoder.description());
  CHECK(found[2]->describe_kind() == "convolutional autoencoder of 4 layers");
  const auto* read = found[0].as<Autoencoder>();
  REQUIRE(read != nullptr);
  CHECK(read->encoder.description() == written.encoder.description());
  CHECK(read->decoder.description() == written.decoder.description());
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(*read->encoder.parameters()[i] == *written.encoder.parameters()[i]);
    CHECK(*read->decoder.parameters()[i] == *written.decoder.parameters()[i]);
  }
  CHECK(read->floor == written.floor);
  CHECK(read->loss == LossKind::squared);
  REQUIRE(read->curve.size() == 2);
  CHECK(read->curve[1].step == 100);
  CHECK(read->curve[1].held_out == 0.625F);
  CHECK(read->components() == 2);
  CHECK(read->describe_kind() == "autoencoder of 4 layers");
}

TEST_CASE("autoencoders that cannot be are refused by name") {
  const auto refuse = [](const std::function<void(Autoencoder&)>& damage, const char* fault) {
    Autoencoder model = small_autoencoder("anna");
    damage(model);
    CHECK_THROWS_WITH(model.validate(), contains("source 'anna'") && contains(fault));
  };
  CHECK_NOTHROW(small_autoencoder("anna").validate());
  refuse([](auto& m) { (*m.encoder.parameters()[0])(3) = std::numeric_limits<float>::quiet_NaN(); },
         "a weight of its encoder is not finite");
  refuse([](auto& m) { (*m.decoder.parameters()[1])(3) = std::numeric_limits<float>::infinity(); },
         "a weight of its decoder is not finite");
  refuse([](auto& m) { m.floor = 0; }, "floor = 0");
  refuse([](auto& m) { m.floor = std::numeric_limits<float>::quiet_NaN(); }, "floor = nan");
  refuse([](auto& m) { m.decoder = make_network("dense 2 9 | tanh", zero_parameter); },
         "ends in 'tanh', which may be negative");
  refuse([](auto& m) { m.decoder = make_network("dense 2 9", zero_parameter); },
         "ends in 'dense 2 9'");
  refuse([](auto& m) { m.decoder = make_network("dense 2 8 | relu", zero_parameter); },
         "lead from 9 bins by 2 to 8");
  refuse([](auto& m) { m.decoder = make_network("dense 3 9 | relu", zero_parameter); },
         "lead from 9 bins by 2 to 9, must lead from 9 by 3 back");
  refuse([](auto& m) { m.encoder = make_network("dense 8 2 | relu", zero_parameter); },
         "layer 'dense 8 2' takes 8 features, but 9 come to it");
  refuse([](auto& m) { m.decoder = make_network("relu", zero_parameter); },
         "does not begin with a layer that has inputs");
  const auto refuse_time = [&](const char* encoder, const char* decoder, const char* fault) {
    refuse(
        [&](auto& m) {
          m.encoder = make_network(encoder, zero_parameter);
          m.decoder = make_network(decoder, zero_parameter);
        },
        fault);
  };
  CHECK_NOTHROW(test::small_conv_autoencoder("anna").validate());
  const char* const plain = "dense 9 2 | relu";
  const char* const halving = "convolution 1 9 2 1 3 1 2 1 1 | relu";
  refuse_time(halving, "dense 2 9 | relu", "2 frames make 1 codes, and 1 are decoded of each");
  refuse_time(plain, "transposed 1 9 2 1 3 1 2 1 1 | relu", "2 frames make 2 codes, and 2 are");
  refuse_time(halving, "pooling 1 2 1 3 | transposed 1 9 2 1 3 1 2 1 1 | relu",
              "of its decoder leaves frames out");
  refuse_time(plain, "dense 2 2 | transposed 1 9 2 1 3 1 100 1 1 | relu", "too many frames of one");
  refuse_time("transposed 1 2 9 1 3 1 2 1 1 | pooling 1 2 1 2 | relu", "dense 2 9 | relu",
              "of its encoder adds frames");
  refuse_time(plain, "transposed 1 2 2 1 3 1 4 1 1 | convolution 1 2 9 1 3 1 4 1 1 | relu",
              "of its decoder leaves frames out");
  refuse([](auto& m) { m.curve[0].training = std::numeric_limits<float>::infinity(); }, "curve");
}
