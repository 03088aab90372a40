// Every layer against a literal one in double, whose gradients are central differences.
#include <fmt/format.h>

#include "nets/literal_layer.hpp"
#include "nmfsep/nets/layer.hpp"
#include "nmfsep/nets/loss.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using nmfsep::test::LiteralLayer;

namespace {

/// A layer's description, and the input that it takes.
struct Case {
  std::string description;
  Index features;
  Index frames;  ///< of a sequence
  Index sequences;
};

/// A case of the kind `kind` of so many.
constexpr int kinds = 17;

Case random_case(int kind, Random& random) {
  const auto size = [&](Index most) {
    return static_cast<Index>(1 + random.below(static_cast<std::uint64_t>(most)));
  };
  const char* const plain[] = {"identity", "relu",    "relu-output", "abs",        "softplus",
                               "elu",      "sigmoid", "tanh",        "dropout 0.3"};
  const Index features = size(12);
  const Index frames = size(6);
  const Index sequences = size(3);
  if (kind == 0)
    return {fmt::format("dense {} {}", features, size(12)), features, frames, sequences};
  if (kind == 1) return {fmt::format("bias {}", features), features, frames, sequences};
  if (kind < 11) return {plain[kind - 2], features, frames, sequences};
  const char* const cells[] = {"recurrent", "lstm", "gru"};
  if (kind >= 14)
    return {fmt::format("{} {} {} {}", cells[kind - 14], features, size(5), size(2)), features,
            frames, sequences};
  const Index bins = size(6), in = size(3), out = size(3);
  if (kind == 11)
    return {fmt::format("pooling {} {} {} {}", bins, in, size(4), size(3)), bins * in, frames,
            sequences};
  const Index stride = size(3);
  const std::string numbers = fmt::format("{} {} {} {} {} {} {} {} {}", bins, in, out, size(4),
                                          size(4), stride, size(3), size(2), size(2));
  if (kind == 12) return {"convolution " + numbers, bins * in, frames, sequences};
  return {"transposed " + numbers, (bins + stride - 1) / stride * out, frames, sequences};
}

Matrix random_matrix(Index rows, Index columns, Random& random) {
  // Away from 0, where |x| and max(0, x) have no derivative.
  return Matrix::NullaryExpr(rows, columns, [&] {
    const float value = 4 * random.uniform() - 2;
    return value + (value > 0 ? 0.01F : -0.01F);
  });
}

/// ∂Σ(C ⊙ y) / ∂x by central differences, x any matrix that y = f() depends on.
template <typename Function>
Eigen::MatrixXd central_differences(const Eigen::MatrixXd& C, Eigen::MatrixXd& x,
                                    const Function& f) {
  constexpr double step = 1e-5;
  Eigen::MatrixXd result(x.rows(), x.cols());
  for (Index i = 0; i < x.size(); ++i) {
    const double value = x(i);
    x(i) = value + step;
    const double above = C.cwiseProduct(f()).sum();
    x(i) = value - step;
    const double below = C.cwiseProduct(f()).sum();
    x(i) = value;
    result(i) = (above - below) / (2 * step);
  }
  return result;
}

double distance(const Eigen::MatrixXd& a, const Matrix& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return 1e9;
  return (a - b.cast<double>()).cwiseAbs().maxCoeff() / (1 + a.cwiseAbs().maxCoeff());
}

}  // namespace

TEST_CASE("every layer is its formula, and its gradients are those of central differences") {
  Random random(1);
  for (int i = 0; i < 60 * kinds; ++i) {
    const Case drawn = random_case(i % kinds, random);
    INFO(drawn.description << ", " << drawn.features << " features, " << drawn.frames
                           << " frames of " << drawn.sequences << " sequences");
    const auto layer = make_layer(drawn.description, [&](const ParameterShape& shape) {
      return random_matrix(shape.rows, shape.columns, random);
    });
    CHECK(layer->description() == drawn.description);
    LiteralLayer literal{drawn.description, {}, drawn.frames};
    std::vector<Matrix> gradients;
    for (const Matrix* values : layer->parameters()) {
      literal.parameters.push_back(values->cast<double>());
      gradients.push_back(Matrix::Ones(values->rows(), values->cols()));  // they are added to
    }
    const Batch input{random_matrix(drawn.features, drawn.frames * drawn.sequences, random),
                      drawn.frames};
    Eigen::MatrixXd x = input.values.cast<double>();
    LayerMemory memory;
    const Batch output = layer->forward(input, memory);
    const Eigen::MatrixXd expected = literal(x);
    REQUIRE(output.values.rows() == layer->outputs(drawn.features));
    CHECK(output.sequences() == drawn.sequences);
    CHECK(distance(expected, output.values) < 1e-6);

    Matrix C = random_matrix(output.values.rows(), output.values.cols(), random);
    if (drawn.description == "relu-output") C = C.cwiseAbs();  // asks for less: the derivative
    const Batch back = layer->backward({C, output.frames}, memory, gradients);
    const Eigen::MatrixXd weights = C.cast<double>();
    CHECK(distance(central_differences(weights, x, [&] { return literal(x); }), back.values) <
          2e-5);
    for (std::size_t p = 0; p < gradients.size(); ++p) {
      const Eigen::MatrixXd found =
          central_differences(weights, literal.parameters[p], [&] { return literal(x); });
      CHECK(distance((found.array() + 1).matrix(), gradients[p]) < 2e-5);
    }
    LayerMemory again;
    layer->forward(input, again);
    CHECK(layer->backward({C, output.frames}, again, {}).values == back.values);
  }
}

TEST_CASE("the output's gradient passes below zero where it asks for more alone") {
  const auto layer = make_layer("relu-output", zero_parameter);
  LayerMemory memory;
  Matrix x(4, 1), C(4, 1), expected(4, 1);
  x << 1, 1, -1, -1;
  C << 2, -3, 4, -5;
  expected << 2, -3, 0, -5;
  layer->forward({x, 1}, memory);
  CHECK(layer->backward({C, 1}, memory, {}).values == expected);
}

TEST_CASE("dropout keeps the mean, drops by the seed, and does so in training alone") {
  const auto layer = make_layer("dropout 0.25", zero_parameter);
  const Matrix x = Matrix::Ones(200, 100);
  const auto drop = [&](std::uint64_t seed) {
    Random random(seed);
    LayerMemory memory;
    memory.random = &random;
    const Matrix y = layer->forward({x, 1}, memory).values;
    CHECK(layer->backward({x, 1}, memory, {}).values == y);
    return y;
  };
  const Matrix y = drop(1);
  CHECK(y == drop(1));
  CHECK(y != drop(2));
  CHECK(y.mean() == Approx(1).epsilon(0.01));
  CHECK((y.array() == 0).count() == Approx(5000).epsilon(0.05));
  LayerMemory memory;
  CHECK(layer->forward({x, 1}, memory).values == x);
}

TEST_CASE("losses have the gradients of central differences") {
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    const auto rows = static_cast<Index>(1 + random.below(9));
    const auto columns = static_cast<Index>(1 + random.below(9));
    Matrix target = random_matrix(rows, columns, random).cwiseMax(0);
    Matrix output = random_matrix(rows, columns, random).cwiseAbs();
    const Loss loss{i % 2 == 0 ? LossKind::kl : LossKind::squared, 0.01F};
    Eigen::MatrixXd y = output.cast<double>();
    const auto value = [&] {
      const Eigen::ArrayXXd v = target.cast<double>();
      if (loss.kind == LossKind::squared) return Eigen::MatrixXd((v - y.array()).square() / 2);
      const double floor = static_cast<double>(loss.floor);
      return Eigen::MatrixXd((v + floor) * ((v + floor) / (y.array() + floor)).log() - v +
                             y.array());
    };
    CHECK(loss.value(target, output) == Approx(value().sum()).epsilon(1e-6).margin(1e-6));
    const Eigen::MatrixXd found =
        central_differences(Eigen::MatrixXd::Constant(rows, columns, 0.5), y, value);
    CHECK(distance(found, loss.gradient(target, output, 0.5F)) < 1e-5);

    Matrix gradient = Matrix::Ones(rows, columns);
    Matrix H = random_matrix(rows, columns, random);
    add_l1_gradient(H, 0.3F, gradient);
    Eigen::MatrixXd h = H.cast<double>();
    const Eigen::MatrixXd l1 = central_differences(Eigen::MatrixXd::Constant(rows, columns, 0.3), h,
                                                   [&] { return Eigen::MatrixXd(h.cwiseAbs()); });
    CHECK(distance((l1.array() + 1).matrix(), gradient) < 1e-5);
    CHECK(l1_norm(H) == Approx(h.cwiseAbs().sum()));
  }
}

TEST_CASE("the cross-entropy of sigmoids has the gradient of central differences") {
  Random random(5);
  for (int i = 0; i < 50; ++i) {
    const auto rows = static_cast<Index>(1 + random.below(4));
    const auto columns = static_cast<Index>(1 + random.below(9));
    const Matrix target = Matrix::NullaryExpr(rows, columns, [&] { return random.uniform(); });
    Matrix z = 3 * random_matrix(rows, columns, random);
    Eigen::MatrixXd x = z.cast<double>();
    const auto value = [&] {
      const Eigen::ArrayXXd y = target.cast<double>();
      const Eigen::ArrayXXd s = 1 / (1 + (-x.array()).exp());
      return Eigen::MatrixXd(-y * s.log() - (1 - y) * (1 - s).log());
    };
    const double scale = 1 / static_cast<double>(z.size());
    const double expected = value().sum() * scale;
    CHECK(cross_entropy(target, z) == Approx(expected).epsilon(1e-6));
    const Eigen::MatrixXd found =
        central_differences(Eigen::MatrixXd::Constant(rows, columns, scale), x, value);
    CHECK(distance(found, z) < 1e-5);
  }
  Matrix large = Matrix::Constant(1, 2, 300);
  large(0, 1) = -300;
  CHECK(cross_entropy(Matrix::Constant(1, 2, 1), large) == Approx(150));
  CHECK(large.allFinite());
}
