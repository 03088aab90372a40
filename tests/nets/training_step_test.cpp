#include <cmath>
#include <set>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nets/adam.hpp"
#include "nmfsep/nets/batches.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

/// Adam of one number in double, straight from the paper.
struct LiteralAdam {
  AdamOptions options;
  double value, m = 0, v = 0;
  int t = 0;

  void step(double g) {
    const double pi = std::acos(-1.0);
    double rate = options.learning_rate;
    if (options.decay_steps > 0)
      rate *= (1 + std::cos(pi * std::min(1.0, static_cast<double>(t) / options.decay_steps))) / 2;
    if (options.most_norm > 0 && std::abs(g) > options.most_norm)
      g *= options.most_norm / std::abs(g);
    ++t;
    m = options.first_decay * m + (1 - options.first_decay) * g;
    v = options.second_decay * v + (1 - options.second_decay) * g * g;
    const double m_hat = m / (1 - std::pow(options.first_decay, t));
    const double v_hat = v / (1 - std::pow(options.second_decay, t));
    value -= rate * (m_hat / (std::sqrt(v_hat) + options.epsilon) + options.weight_decay * value);
  }
};

}  // namespace

TEST_CASE("Adam follows the papers") {
  Random random(5);
  for (int i = 0; i < 50; ++i) {
    AdamOptions options;
    options.learning_rate = 0.01 + static_cast<double>(random.uniform()) / 10;
    options.decay_steps = i % 2 == 0 ? 0 : 15;
    options.most_norm = i % 3 == 0 ? 0 : 0.5;
    options.weight_decay = i % 5 == 0 ? 0.1 : 0;
    options.second_decay = i % 4 == 0 ? 0.99 : 0.999;
    Matrix value = Matrix::Constant(1, 1, random.uniform());
    LiteralAdam literal{options, static_cast<double>(value(0))};
    Adam adam({&value}, options);
    for (int step = 0; step < 20; ++step) {
      const float g = 2 * random.uniform() - 1;
      adam.step({Matrix::Constant(1, 1, g)});
      literal.step(static_cast<double>(g));
      CHECK(static_cast<double>(value(0)) == Approx(literal.value).epsilon(1e-4).margin(1e-5));
    }
    CHECK(adam.steps() == 20);
  }
}

TEST_CASE("gradients are cut by the norm of all of them") {
  Matrix a = Matrix::Zero(1, 1), b = Matrix::Zero(1, 1);
  AdamOptions options;
  options.most_norm = 1;
  options.epsilon = 1;  // so that the step shows the gradient's size
  options.first_decay = options.second_decay = 0;
  options.learning_rate = 1;
  Adam adam({&a, &b}, options);
  adam.step({Matrix::Constant(1, 1, 3), Matrix::Constant(1, 1, -4)});
  CHECK(a(0) == Approx(-0.6 / 1.6));
  CHECK(b(0) == Approx(0.8 / 1.8));
}

TEST_CASE("Adam's options are checked by name") {
  const auto refuse = [](auto change, const char* fault) {
    AdamOptions options;
    change(options);
    CHECK_THROWS_WITH(Adam({}, options), contains(fault));
  };
  refuse([](auto& o) { o.learning_rate = 0; }, "learning_rate = 0, must be positive");
  refuse([](auto& o) { o.first_decay = 1; }, "first_decay = 1");
  refuse([](auto& o) { o.second_decay = -1; }, "second_decay = -1");
  refuse([](auto& o) { o.epsilon = 0; }, "epsilon = 0");
  refuse([](auto& o) { o.weight_decay = NAN; }, "weight_decay = nan");
  refuse([](auto& o) { o.most_norm = -2; }, "most_norm = -2");
  refuse([](auto& o) { o.decay_steps = -2; }, "decay_steps = -2");
}

TEST_CASE("the mean of weights follows them, the faster the younger it is") {
  Matrix value = Matrix::Zero(1, 1);
  MovingAverage mean({&value}, 0.5);
  value(0) = 11;
  mean.update();  // keeps 1/11 of the start
  mean.swap();
  CHECK(value(0) == Approx(10));
  mean.swap();
  CHECK(value(0) == 11);
  for (int i = 0; i < 100; ++i) mean.update();
  mean.swap();
  CHECK(value(0) == Approx(11));
}

TEST_CASE("batches bring every example once before any comes again, by the seed") {
  Batches batches(10, 4, 3);
  Batches same(10, 4, 3);
  Batches other(10, 4, 4);
  std::vector<Index> drawn, others;
  for (int i = 0; i < 5; ++i) {
    const std::vector<Index> batch = batches.next();
    CHECK(batch == same.next());
    CHECK(batch.size() == 4);
    drawn.insert(drawn.end(), batch.begin(), batch.end());
    for (const Index example : other.next()) others.push_back(example);
  }
  CHECK(drawn != others);
  CHECK(std::set<Index>(drawn.begin(), drawn.begin() + 10).size() == 10);
  CHECK(std::set<Index>(drawn.begin() + 10, drawn.end()).size() == 10);
  CHECK(std::vector<Index>(drawn.begin(), drawn.begin() + 10) !=
        std::vector<Index>(drawn.begin() + 10, drawn.end()));
  CHECK(Batches(3, 128, 1).next().size() == 3);
}
