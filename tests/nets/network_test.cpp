#include "nmfsep/nets/network.hpp"

#include <tbb/global_control.h>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"

using namespace nmfsep;

namespace {

Network random_network(const std::string& description, std::uint64_t seed = 1) {
  Random random(seed);
  return make_network(description, random_parameters(random));
}

Matrix centred_matrix(Index rows, Index columns, std::uint64_t seed) {
  return nmfsep::test::random_matrix(rows, columns, seed).array() - 0.5F;
}

}  // namespace

TEST_CASE("what is learnt is the same where the gradient at the input is left out") {
  for (const char* description :
       {"dense 7 5 | tanh | dense 5 3", "dropout 0.3 | tanh | dense 7 3 | bias 3",
        "dropout 0.1 | relu", "bias 7 | dropout 0.2 | dense 7 3"}) {
    CAPTURE(description);
    const Network network = random_network(description);
    Random random(9);
    Tape tape;
    const Matrix output = network.forward({centred_matrix(7, 4, 2), 1}, tape, &random).values;
    const Matrix C = centred_matrix(output.rows(), output.cols(), 3);
    std::vector<Matrix> whole = network.no_gradients(), learnt = network.no_gradients();
    network.backward({C, 1}, tape, whole);
    network.learn({C, 1}, tape, learnt);
    CHECK(learnt == whole);
  }
}

TEST_CASE("a network's gradients are those of central differences through all of its layers") {
  Network network = random_network("dense 7 5 | bias 5 | tanh | dense 5 6 | sigmoid | dense 6 3");
  const Matrix x = centred_matrix(7, 4, 2);
  const Matrix C = centred_matrix(3, 4, 3);
  const auto value = [&](const Matrix& input) {
    Tape tape;
    return C.cwiseProduct(network.forward({input, 1}, tape).values).cast<double>().sum();
  };
  Tape tape;
  network.forward({x, 1}, tape);
  std::vector<Matrix> gradients = network.no_gradients();
  const Matrix back = network.backward({C, 1}, tape, gradients).values;
  std::vector<Matrix> learnt = network.no_gradients();
  network.learn({C, 1}, tape, learnt);
  CHECK(learnt == gradients);
  constexpr float step = 1e-2F;
  Matrix moved = x;
  moved(3, 2) += step;
  double above = value(moved);
  moved(3, 2) -= 2 * step;
  CHECK(back(3, 2) == Approx((above - value(moved)) / 2e-2).epsilon(1e-3).margin(1e-4));
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    Matrix& values = *network.parameters()[p];
    values(1, 0) += step;
    above = value(x);
    values(1, 0) -= 2 * step;
    CHECK(gradients[p](1, 0) == Approx((above - value(x)) / 2e-2).epsilon(1e-3).margin(1e-4));
    values(1, 0) += step;
  }
}

TEST_CASE("a network is a value, described by what makes it again") {
  const std::string description = "dense 5 4 | relu | dropout 0.1 | dense 4 2 | bias 2 | softplus";
  Network network = random_network(description);
  CHECK(network.description() == description);
  CHECK(network.depth() == 3);
  CHECK(network.size() == 5 * 4 + 4 * 2 + 2);
  CHECK(network.outputs(5) == 2);
  const Network copy = network;
  *network.parameters()[0] *= 2;
  CHECK(*copy.parameters()[0] != *network.parameters()[0]);
  CHECK(*random_network(description).parameters()[0] == *copy.parameters()[0]);
  CHECK(*random_network(description, 2).parameters()[0] != *copy.parameters()[0]);
}

TEST_CASE("networks have the same bits on any number of threads, and frames apart the same") {
  const Network network = random_network("dense 300 200 | relu | dense 200 300 | softplus");
  const Matrix x = centred_matrix(300, 250, 4);
  const auto run = [&](const Matrix& input) {
    Tape tape;
    std::vector<Matrix> gradients = network.no_gradients();
    const Batch y = network.forward({input, 1}, tape);
    const Batch back = network.backward(y, tape, gradients);
    return std::tuple(y.values, back.values, gradients);
  };
  const auto expected = run(x);
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    CHECK(run(x) == expected);
  }
  CHECK(std::get<1>(run(x.middleCols(31, 40))) == std::get<1>(expected).middleCols(31, 40));
}

TEST_CASE("convolutions over time have the same bits on any number of threads") {
  const Network network = random_network(
      "convolution 40 1 6 5 3 2 2 1 1 | relu | pooling 20 6 2 1 | convolution 1 60 20 1 3 1 1 1 2 "
      "| "
      "relu | transposed 1 40 20 1 4 1 2 1 1");
  CHECK(network.outputs(40) == 40);
  const Matrix x = centred_matrix(40, 600, 4);
  const auto run = [&] {
    Tape tape;
    std::vector<Matrix> gradients = network.no_gradients();
    const Batch y = network.forward({x, 300}, tape);
    CHECK(y.frames == 300);
    const Batch back = network.backward(y, tape, gradients);
    return std::tuple(y.values, back.values, gradients);
  };
  const auto expected = run();
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    CHECK(run() == expected);
  }
}

TEST_CASE("descriptions that make no network are refused, and ask for no memory") {
  const auto refuse = [](const char* description, const char* fault) {
    const auto none = [](const ParameterShape&) -> Matrix { throw std::logic_error("asked"); };
    CHECK_THROWS_AS(make_network(description, none), InvalidArgument);
    CHECK_THROWS_WITH(make_network(description, none), contains(fault));
  };
  refuse("", "layer '' is unknown");
  refuse("relu | sine", "layer 'sine' is unknown");
  refuse("relu | ", "layer '' is unknown");
  refuse("dense 3", "layer 'dense 3': needs 2 numbers");
  refuse("dense 3 4 5", "needs 2 numbers");
  refuse("dense 0 4", "0 must be 1 to");
  refuse("dense 4 -1", "-1 must be 1 to");
  refuse("dense 4 99999999999999999999", "not a number of its range");
  refuse("dense 4 2000000", "2000000 must be 1 to 1048576");
  refuse("dropout 1", "probability");
  refuse("dropout nan", "probability");
  refuse("dropout \x1b[2J", "\\x1b[2J");
  refuse("relu 1", "needs 0 numbers");
  refuse("pooling 3 1 0 2", "0 must be 1 to");
  refuse("convolution 3 1 2 3", "needs 9 numbers");
  refuse("convolution 3 1 2 3 3 0 1 1 1", "0 must be 1 to");
  refuse("transposed 1048576 1048576 1 1 1 1 1 1 1", "more than 1048576 features");
  refuse("convolution 1 1 1 1048576 1048576 1 1 1 1", "more than 1048576 features");
  std::string long_one = "relu";
  for (int i = 0; i < 200; ++i) long_one += " | relu";
  refuse(long_one.c_str(), "at most 200 layers");
  CHECK_THROWS_WITH(random_network("dense 3 4 | relu | dense 5 4").outputs(3),
                    contains("layer 'dense 5 4' takes 5 features, but 4 come to it"));
  CHECK_THROWS_WITH(random_network("dense 3 4").outputs(2), contains("takes 3 features"));
}

TEST_CASE("random starts have the variance of their fan-in") {
  const Network network = random_network("dense 400 300 | bias 300");
  const Matrix& W = *network.parameters()[0];
  CHECK(W.squaredNorm() / static_cast<float>(W.size()) == Approx(2.0 / 400).epsilon(0.02));
  CHECK(std::abs(W.mean()) < 1e-3F);
  CHECK(network.parameters()[1]->isZero(0));
}
