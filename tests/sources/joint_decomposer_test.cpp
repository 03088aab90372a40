#include "nmfsep/sources/joint_decomposer.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/atoms_part.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"
#include "support/small_dictionary.hpp"

using namespace nmfsep;
using nmfsep::test::positive_matrix;
using nmfsep::test::small_dictionary;
using nmfsep::test::small_paired_dictionary;

namespace {

constexpr Index bins = 9;

ConvolutiveDictionary small_convolutive(const std::string& name, int span) {
  ConvolutiveDictionary model;
  static_cast<ModelHeader&>(model) = small_dictionary(name);
  model.span = span;
  model.W = positive_matrix(span * bins, 3, 5);
  model.W.array().rowwise() /= model.W.colwise().sum().array().eval();
  return model;
}

NmfOptions updates(int count) {
  NmfOptions options;
  options.iterations = count;
  options.tolerance = 0;
  options.solver = Solver::multiplicative;
  return options;
}

/// Atoms that all parts say of frame t for an activation at frame t − lag, in double.
struct LiteralPart {
  Eigen::MatrixXd W;  ///< context · bins × components
  Index lead;
  Eigen::MatrixXd H;

  Index context() const { return W.rows() / bins; }

  void add_model(Eigen::MatrixXd& R) const {
    for (Index t = 0; t < H.cols(); ++t)
      for (Index c = 0; c < context(); ++c)
        if (const Index frame = t - lead + c; frame >= 0 && frame < R.cols())
          R.col(frame) += W.middleRows(c * bins, bins) * H.col(t);
  }

  void update(const Eigen::MatrixXd& ratio) {
    for (Index t = 0; t < H.cols(); ++t)
      for (Index k = 0; k < H.rows(); ++k) {
        double above = 0;
        double below = 0;
        for (Index c = 0; c < context(); ++c)
          if (const Index frame = t - lead + c; frame >= 0 && frame < ratio.cols()) {
            above += W.col(k).segment(c * bins, bins).dot(ratio.col(frame));
            below += W.col(k).segment(c * bins, bins).sum();
          }
        H(k, t) *= above / below;
      }
  }
};

/// Σ_t R of `parts` after so many updates of all of them from one R (Lee & Seung, 2001).
std::vector<LiteralPart> explained(const Matrix& V, std::vector<LiteralPart> parts, int count) {
  Index components = 0;
  for (const LiteralPart& part : parts) components += part.W.cols();
  for (LiteralPart& part : parts) {
    const double atom = part.W.sum() / static_cast<double>(part.W.cols());
    const double level = V.cast<double>().mean() * bins / static_cast<double>(components) / atom;
    part.H = Eigen::MatrixXd::Constant(part.W.cols(), V.cols(), level);
  }
  for (int i = 0; i < count; ++i) {
    Eigen::MatrixXd R = Eigen::MatrixXd::Zero(bins, V.cols());
    for (const LiteralPart& part : parts) part.add_model(R);
    const Eigen::MatrixXd ratio = V.cast<double>().array() / R.array();
    for (LiteralPart& part : parts) part.update(ratio);
  }
  return parts;
}

/// A source that has one spectrum and nothing else: a kind from outside the library.
struct FixedSpectrum final : Model {
  Vector spectrum;

  std::string kind() const override { return "fixed-spectrum"; }
  std::string describe_kind() const override { return "fixed spectrum"; }
  Index components() const override { return 1; }
  Metadata details() const override { return {}; }
  std::vector<Tensor> tensors() const override { return {tensor_of("spectrum", spectrum)}; }
  void validate() const override {}
  std::unique_ptr<Part> part(int, const NmfOptions&) const override;
};

/// Its loudness in each frame is all there is to find.
class FixedPart final : public Part {
 public:
  explicit FixedPart(Vector spectrum) : spectrum_(std::move(spectrum)) {}

  Index components() const override { return 1; }
  void start(const PartStart& start) override {
    level_ = Vector::Constant(start.frames * start.channels, start.level / spectrum_.sum());
  }
  void add_model(Eigen::Ref<Matrix> R) const override { R += spectrum_ * level_.transpose(); }
  void update_inputs(const ModelGradient& gradient) override {
    level_.array() *= (gradient.negative.transpose() * spectrum_).array() / spectrum_.sum();
  }
  void finish(float factor) override { level_ *= factor; }
  Matrix estimate() const override { return spectrum_ * level_.transpose(); }

 private:
  Vector spectrum_;
  Vector level_;
};

std::unique_ptr<Part> FixedSpectrum::part(int, const NmfOptions&) const {
  return std::make_unique<FixedPart>(spectrum);
}

double kl(const Matrix& V, const std::vector<SourceEstimate>& sources) {
  double sum = 0;
  for (Index i = 0; i < V.size(); ++i) {
    double r = 0;
    for (const SourceEstimate& source : sources) r += source.magnitudes.reshaped()(i);
    const double v = V.reshaped()(i);
    sum += v * std::log(v / r) - v + r;
  }
  return sum;
}

}  // namespace

TEST_CASE("plain, paired and convolutive dictionaries explain one mixture by the literal updates") {
  const Dictionary plain = small_dictionary("plain", 2, 3);
  const PairedDictionary paired = small_paired_dictionary("paired", 3, 1);
  const ConvolutiveDictionary convolutive = small_convolutive("convolutive", 4);
  const Index frames = GENERATE(1, 3, 30);
  const Matrix V = positive_matrix(bins, frames, 8);
  const auto expected = explained(V,
                                  {{plain.W.cast<double>(), 0, {}},
                                   {paired.pairs[0].analysis_atoms.cast<double>() / 3, 1, {}},
                                   {convolutive.W.cast<double>(), 0, {}}},
                                  7);
  const JointDecomposer decomposer({plain, paired, convolutive}, {}, updates(7));
  const Decomposition found = decompose_whole(decomposer, V, 1);
  REQUIRE(found.sources.size() == 3);
  CHECK(found.sources[1].name == "paired");
  for (const std::size_t s : {0, 2}) {
    Eigen::MatrixXd R = Eigen::MatrixXd::Zero(bins, frames);
    expected[s].add_model(R);
    CHECK(found.sources[s].magnitudes.isApprox(R.cast<float>(), 1e-4F));
  }
  // The paired source is rebuilt from its own atoms, each frame the mean of what overlaps there.
  for (Index t = 0; t < frames; ++t) {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(bins);
    int parts = 0;
    for (Index c = 0; c < 3; ++c)
      if (const Index at = t + 1 - c; at >= 0 && at < frames) {
        sum += paired.pairs[0].reconstruction_atoms.middleRows(c * bins, bins).cast<double>() *
               expected[1].H.col(at);
        ++parts;
      }
    CHECK(found.sources[1].magnitudes.col(t).isApprox((sum / parts).cast<float>(), 1e-4F));
  }
}

TEST_CASE("any kinds together, also with sources to learn: the cost never rises, at any level") {
  const float level = GENERATE(1.0F, 1e-30F, 1e20F);
  const Matrix V = level * positive_matrix(bins, 40, 4);
  const bool learns = GENERATE(false, true);
  const Solver solver = GENERATE(Solver::multiplicative, Solver::over_relaxed, Solver::squarem);
  NmfOptions options = updates(60);
  options.solver = solver;
  options.divergence.beta = GENERATE(0.0, 0.5, 1.0, 2.0);
  std::vector<LearntSource> learnt;
  if (learns) learnt.push_back({"rest", 3});
  const JointDecomposer decomposer({small_dictionary("a"), small_convolutive("b", 3)}, learnt,
                                   options);
  const Decomposition found = decompose_whole(decomposer, V, 2);
  CHECK(found.report.termination == Termination::iterations);
  CHECK(found.report.iterations == 60);
  for (std::size_t i = 1; i < found.report.cost.size(); ++i)
    CHECK(found.report.cost[i].cost <= found.report.cost[i - 1].cost * (1 + 1e-5));
  if (options.divergence.beta == 1)
    CHECK(found.report.final_cost() == Approx(kl(V, found.sources)).epsilon(1e-3));
  Matrix sum = Matrix::Zero(bins, 40);
  for (const SourceEstimate& source : found.sources) sum += source.magnitudes;
  CHECK(sum.sum() == Approx(V.sum()).epsilon(0.2));
}

TEST_CASE("channels that change places leave the reported divergence as it is") {
  const Matrix left = positive_matrix(bins, 12, 1);
  const Matrix right = 100 * positive_matrix(bins, 12, 2);
  Matrix one(bins, 24), other(bins, 24);
  one << left, right;
  other << right, left;
  const std::vector<std::vector<SourceModel>> sets{
      {small_dictionary("a"), small_dictionary("b", 2, 9)},
      {small_paired_dictionary("a", 3, 2), small_paired_dictionary("b", 3, 2, 5)},
      {small_convolutive("a", 3), small_convolutive("b", 3)},
      {small_dictionary("a"), small_convolutive("b", 3), small_paired_dictionary("c", 3, 2)}};
  for (const auto& models : sets) {
    const auto decomposer = make_decomposer(models, {}, updates(20));
    const double cost = decompose_whole(*decomposer, one, 2).report.final_cost();
    CHECK(cost == Approx(decompose_whole(*decomposer, other, 2).report.final_cost()));
    CHECK(cost == Approx(decompose_whole(*decomposer, left, 1).report.final_cost() +
                         decompose_whole(*decomposer, right, 1).report.final_cost()));
  }
}

TEST_CASE("a kind from outside the library separates beside a dictionary") {
  FixedSpectrum hum;
  static_cast<ModelHeader&>(hum) = small_dictionary("hum");
  hum.spectrum = Vector::Zero(bins);
  hum.spectrum(2) = 1;
  Dictionary voice = small_dictionary("voice");
  voice.W.row(2).setZero();
  voice.W.array().rowwise() /= voice.W.colwise().sum().array().eval();
  const Vector level = positive_matrix(10, 1, 3);
  const Matrix voiced = voice.W * positive_matrix(2, 10, 4);
  const Matrix V = hum.spectrum * level.transpose() + voiced;
  const Decomposition found =
      decompose_whole(*make_decomposer({hum, voice}, {}, updates(200)), V, 1);
  REQUIRE(found.sources.size() == 2);
  CHECK(found.sources[0].name == "hum");
  CHECK(found.sources[0].magnitudes.isApprox(hum.spectrum * level.transpose(), 1e-3F));
  CHECK(found.sources[1].magnitudes.isApprox(voiced, 1e-2F));
}

TEST_CASE("a source can be learnt beside every kind") {
  const std::vector<SourceModel> kinds{small_dictionary("a"), small_paired_dictionary("a", 3, 1),
                                       small_convolutive("a", 3)};
  const Matrix V = positive_matrix(bins, 20, 2);
  for (const SourceModel& model : kinds) {
    const auto decomposer = make_decomposer({model}, {{"rest", 2}}, updates(20));
    CHECK(decomposer->source_names() == std::vector<std::string>{"a", "rest"});
    const Decomposition found = decompose_whole(*decomposer, V, 2);
    CHECK(found.sources[1].magnitudes.sum() > 0);
    CHECK(found.report.cost.back().cost < found.report.cost.front().cost);
  }
}

TEST_CASE("twins, other analyses, no model and bad sources to learn are refused") {
  const auto a = small_convolutive("a", 3);
  Dictionary other = small_dictionary("other");
  other.analysis.sample_rate = 8000;
  const auto make = [](std::vector<SourceModel> models, std::vector<LearntSource> learnt = {}) {
    return JointDecomposer(std::move(models), std::move(learnt), NmfOptions());
  };
  CHECK_THROWS_WITH(make({}), contains("no source"));
  CHECK_THROWS_WITH(make({a, small_dictionary("a")}), contains("two sources are named 'a'"));
  CHECK_THROWS_WITH(make({a, other}), contains("8000 Hz"));
  CHECK_THROWS_WITH(make({a}, {{"rest", 0}}), contains("must be at least 1"));
  CHECK_THROWS_AS(make({a}, {{"bad/name", 2}}), InvalidArgument);
  CHECK_THROWS_AS(decompose_whole(make({a}), Matrix::Ones(bins + 1, 2), 1), InvalidArgument);
}
