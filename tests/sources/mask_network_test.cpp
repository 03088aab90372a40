#include "nmfsep/sources/mask_network/mask_network.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/mask_network/mask_training.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "nmfsep/sources/training_method.hpp"
#include "sources/mask_network/held_out_mixtures.hpp"
#include "sources/mask_network/held_out_share.hpp"
#include "sources/mask_network/held_out_stretch.hpp"
#include "sources/mask_network/mask_estimate.hpp"
#include "sources/mask_network/mask_examples.hpp"
#include "sources/mask_network/mask_loss.hpp"
#include "support/catch.hpp"
#include "support/small_mask_network.hpp"
#include "support/temporary_folder.hpp"
#include "support/threads.hpp"
#include "support/two_tones.hpp"

using namespace nmfsep;

namespace {

const StftOptions small_stft{256, 64, Window::hann};

MaskNetOptions small_net(int steps = 30) {
  MaskNetOptions options;
  options.steps = steps;
  options.form = MaskNetForm::dense;
  options.width = 16;
  options.context = 3;
  return options;
}

Matrix random_matrix(Index rows, Index columns, std::uint64_t seed) {
  Random random(seed);
  return Matrix::NullaryExpr(rows, columns, [&] { return random.uniform(); });
}

std::vector<Matrix> weights(const MaskNet& net) {
  std::vector<Matrix> all;
  for (const Network& network : net.networks)
    for (const Matrix* each : network.parameters()) all.push_back(*each);
  return all;
}

Index samples_of(const std::vector<SourceAudio>& sources) {
  Index count = 0;
  for (const SourceAudio& source : sources)
    for (const AudioBuffer& audio : source.recordings) count += audio.length();
  return count;
}

/// Magnitudes of a mixture of two tones, and of each.
MixedPiece piece_of_tones(std::uint64_t seed) {
  Random random(seed);
  return RandomMixtures(
             test::two_tones(2),
             {.stft = small_stft, .frames = 40, .level_range = 0, .speed_range = 0, .silence = 0})
      .draw(random);
}

void check_tells_tones_apart(const MaskNet& net) {
  const MixedPiece piece = piece_of_tones(9);
  const Matrix masks = network_masks(net, piece.mixture.cwiseAbs(), 1);
  for (std::size_t s = 0; s < 2; ++s) {
    const ComplexMatrix error = piece.sources[s] - piece.mixture.cwiseProduct(masks.middleRows(
                                                       static_cast<Index>(s) * 129, 129));
    CHECK(error.squaredNorm() < 0.25F * piece.sources[s].squaredNorm());
  }
}

TrainingOptions small_method(int steps) {
  TrainingOptions options = usual_training("network", true);
  options.stft = small_stft;
  options.masks = small_net(steps);
  options.nmf.components = 8;
  options.mixture_seconds = 3;
  return options;
}

}  // namespace

TEST_CASE("a mask network sees a frame in all bins and its neighbours in bands") {
  const MaskFeatures features(129, 3);
  // Bins 0 to 63 alone, pairs of them up to 127, and the last one.
  const Index bands = 64 + 32 + 1;
  REQUIRE(features.count() == 129 + 2 * bands);
  const Matrix padded = random_matrix(129, 7, 1);
  Matrix filled(features.count(), 5);
  features.fill(padded, 0, filled);
  const Index t = 2;
  const double mean = padded.middleCols(t, 3).cast<double>().mean();
  const auto feature = [&](double v) { return std::log(v / mean + 0.01); };
  for (Index f = 0; f < 129; ++f)
    CHECK(filled(f, t) == Approx(feature(padded(f, t + 1))).margin(1e-4));
  CHECK(filled(129 + 5, t) == Approx(feature(padded(5, t))).margin(1e-4));
  const double pair = (padded(66, t + 2) + padded(67, t + 2)) / 2;
  CHECK(filled(129 + bands + 65, t) == Approx(feature(pair)).margin(1e-4));
  CHECK(filled(129 + 2 * bands - 1, t) == Approx(feature(padded(128, t + 2))).margin(1e-4));
}

TEST_CASE("what a mask network sees does not depend on loudness, and silence is finite") {
  const MaskFeatures features(33, 5);
  const Matrix padded = random_matrix(33, 9, 2);
  Matrix loud(features.count(), 5), quiet(features.count(), 5), silent(features.count(), 5);
  features.fill(1000 * padded, 0, loud);
  features.fill(1e-3F * padded, 0, quiet);
  CHECK(loud.isApprox(quiet, 1e-4F));
  features.fill(Matrix::Zero(33, 9), 0, silent);
  CHECK(silent.allFinite());
}

TEST_CASE("soft-max over sources makes masks that sum to one") {
  Matrix z = 200 * (random_matrix(3 * 7, 11, 3).array() - 0.5F);
  const Eigen::MatrixXd before = z.cast<double>();
  softmax_over_sources(3, z);
  CHECK(z.minCoeff() >= 0);
  for (Index t = 0; t < 11; ++t)
    for (Index f = 0; f < 7; ++f) {
      CHECK(z(f, t) + z(7 + f, t) + z(14 + f, t) == Approx(1).epsilon(1e-5));
      const double a = std::exp(before(f, t)), b = std::exp(before(7 + f, t)),
                   c = std::exp(before(14 + f, t));
      CHECK(z(7 + f, t) == Approx(b / (a + b + c)).margin(1e-6));
    }
}

TEST_CASE("the loss of masks and its gradient are those of finite differences") {
  const Index bins = 4, frames = 5, sources = 3;
  MaskExample example{
      {}, random_matrix(sources * bins, frames, 4), random_matrix(bins, frames, 5), {}};
  if (GENERATE(false, true)) example.heard = 2 * random_matrix(sources * bins, frames, 7);
  const Matrix z = 4 * (random_matrix(sources * bins, frames, 6).array() - 0.5F);
  Matrix gradient = z;
  MaskNetOptions options;
  options.discrimination = GENERATE(0.0, 0.3);
  options.loss = GENERATE(MaskLoss::projection, MaskLoss::kl);
  const auto gamma = static_cast<float>(options.discrimination);
  const double loss = mask_loss(example, options, gradient);
  Matrix masks = z;
  if (example.heard.size() > 0) masks += example.heard;
  softmax_over_sources(sources, masks);
  const auto others = [&](Index s) {
    Matrix mean = Matrix::Zero(bins, frames);
    for (Index other = 0; other < sources; ++other)
      if (other != s) mean += example.target.middleRows(other * bins, bins) / (sources - 1);
    return mean;
  };
  double expected = 0;
  for (Index s = 0; s < sources; ++s) {
    const Eigen::ArrayXXf w = example.weight.array();
    const Eigen::ArrayXXf m = masks.middleRows(s * bins, bins).array();
    const Eigen::ArrayXXf target = example.target.middleRows(s * bins, bins).array();
    const Eigen::ArrayXXf other = others(s).array();
    const Eigen::ArrayXXf each =
        options.loss == MaskLoss::kl
            ? Eigen::ArrayXXf(-w.sqrt() * (target - gamma * other).max(0) * m.log())
            : Eigen::ArrayXXf(w * ((m - target).square() - gamma * (m - other).square()));
    expected += each.cast<double>().sum();
  }
  CHECK(loss == Approx(expected / static_cast<double>(z.size())).epsilon(1e-5));
  const float step = 0.02F;
  for (Index t = 0; t < frames; ++t)
    for (Index k = 0; k < sources * bins; ++k) {
      Matrix up = z, down = z;
      up(k, t) += step;
      down(k, t) -= step;
      const double slope = (mask_loss(example, options, up) - mask_loss(example, options, down)) /
                           (2 * static_cast<double>(step));
      CHECK(gradient(k, t) == Approx(slope).margin(3e-5));
    }
}

TEST_CASE("the target of a mask is the source's projection on the mixture's phase") {
  const auto tones = test::two_tones(2);
  const MaskNetOptions options = small_net();
  const MaskExample example = MaskExamples({{tones}}, small_stft, options).make(0);
  CHECK(example.target.minCoeff() >= 0);
  CHECK(example.target.maxCoeff() <= 1);
  CHECK(example.weight.mean() == Approx(1).epsilon(1e-3));
  // Where a source has nearly all the power its target is near 1, and the other's near 0.
  const Index bins = 129;
  Index loudest = 0, frame = 0;
  example.weight.maxCoeff(&loudest, &frame);
  CHECK(std::abs(example.target(loudest, frame) - example.target(bins + loudest, frame)) > 0.8F);
  CHECK_FALSE(
      example.features.isApprox(MaskExamples({{tones}}, small_stft, options).make(1).features));
}

TEST_CASE("a mask network learns to tell two tones apart") {
  MaskNet net = train_mask_net(test::two_tones(2), small_stft, small_net(150));
  CHECK(net.sources == std::vector<std::string>{"low", "high"});
  check_tells_tones_apart(net);
}

TEST_CASE("networks of every form and loss learn to tell two tones apart") {
  MaskNetOptions options = small_net(300);
  options.form = GENERATE(MaskNetForm::convolutional, MaskNetForm::recurrent);
  options.loss = GENERATE(MaskLoss::magnitude, MaskLoss::kl);
  INFO(to_string(options.form) << ", " << to_string(options.loss));
  check_tells_tones_apart(train_mask_net(test::two_tones(2), small_stft, options));
}

TEST_CASE("magnitudes as targets are at most one, and by KL the sources share them") {
  MaskNetOptions options = small_net();
  options.loss = GENERATE(MaskLoss::magnitude, MaskLoss::kl);
  const Matrix target = MaskExamples({{test::two_tones(2)}}, small_stft, options).make(0).target;
  CHECK(target.minCoeff() >= 0);
  CHECK(target.maxCoeff() <= 1);
  const Matrix sum = target.topRows(129) + target.bottomRows(129);
  if (options.loss == MaskLoss::kl)
    CHECK((sum.array() == 0 || (sum.array() - 1).abs() < 1e-5F).all());
  else
    CHECK(sum.maxCoeff() > 1.2F);  // sources that cancel each other are louder than their mixture
}

TEST_CASE("a network whose training is cancelled keeps what a hundred steps have learnt") {
  const auto cancelled_after = [](int steps) {
    return train_mask_net(test::two_tones(2), small_stft, small_net(400),
                          [&](const Progress& state) {
                            return state.done >= steps ? Answer::cancel : Answer::proceed;
                          });
  };
  CHECK(cancelled_after(150).steps == 150);
  check_tells_tones_apart(cancelled_after(150));
  CHECK_THROWS_AS(cancelled_after(50), Cancelled);
}

TEST_CASE("recurrent networks of every cell learn to tell two tones apart") {
  MaskNetOptions options = small_net(150);
  options.form = MaskNetForm::recurrent;
  options.cell = GENERATE(Cell::plain, Cell::lstm, Cell::gru);
  options.both_directions = options.cell != Cell::lstm;
  options.discrimination = options.cell == Cell::gru ? 0.1 : 0;
  const MaskNet net = train_mask_net(test::two_tones(2), small_stft, options);
  CHECK(net.networks[0].has_time());
  check_tells_tones_apart(net);
}

TEST_CASE("a block's frames have the masks of the whole mixture, beyond the network's reach") {
  MaskNet net = *test::small_mask_set("anna", "ben")[0].as<MaskNetwork>()->net;
  Random random(8);
  net.networks = {make_network("dense 27 6 | lstm 6 5 2 | recurrent 10 4 1 | dense 4 18",
                               random_parameters(random))};
  const Index reach = network_reach(net);
  const Matrix left = random_matrix(9, 700, 15), right = random_matrix(9, 700, 16);
  Matrix whole(9, 1400);
  whole << left, right;  // two channels
  const Matrix expected = network_masks(net, whole, 2);
  for (const Index first : {1, 37, 128, 200}) {
    const Index frames = 2 * reach + 90;
    Matrix block(9, 2 * frames);
    block << left.middleCols(first, frames), right.middleCols(first, frames);
    const Matrix masks = network_masks(net, block, 2, first);
    CHECK((masks.middleCols(reach, 90) == expected.middleCols(first + reach, 90)));
    CHECK((masks.middleCols(frames + reach, 90) == expected.middleCols(700 + first + reach, 90)));
  }
  // At the mixture's own ends there is nothing before and after.
  CHECK((network_masks(net, left.leftCols(reach + 50), 1).leftCols(50) == expected.leftCols(50)));
  const Matrix tail = network_masks(net, left.rightCols(reach + 50), 1, 700 - reach - 50);
  CHECK((tail.rightCols(50) == expected.middleCols(650, 50)));
}

TEST_CASE("masks of several networks are averaged") {
  const MaskNet net = *test::small_mask_set("anna", "ben")[0].as<MaskNetwork>()->net;
  const Matrix V = random_matrix(9, 20, 14);
  const Matrix both = network_masks(net, V, 1);
  MaskNet first = net, second = net;
  first.networks.pop_back();
  second.networks.erase(second.networks.begin());
  CHECK_FALSE(network_masks(first, V, 1).isApprox(network_masks(second, V, 1), 0.1F));
  CHECK(both.isApprox((network_masks(first, V, 1) + network_masks(second, V, 1)) / 2, 1e-5F));
}

/// Says that all below bin 10 is of the first of two sources, and the rest of the second.
DictionaryMasks low_and_high(const std::vector<SourceAudio>& /*sources*/) {
  return [](const MatrixView& V) {
    Matrix masks = Matrix::Zero(2 * V.rows(), V.cols());
    masks.topRows(10).setOnes();
    masks.bottomRows(V.rows() - 10).setOnes();
    return masks;
  };
}

TEST_CASE("a network that hears dictionaries begins as their own answer, and learns from there") {
  MaskNetOptions options = small_net(1);
  options.learning_rate = 1e-12;
  const Matrix V = piece_of_tones(9).mixture.cwiseAbs();
  const Matrix said = low_and_high({})(V);
  const auto net_of = [&] {
    return train_mask_net(test::two_tones(4), small_stft, options, {}, low_and_high);
  };
  CHECK(net_of().estimates);
  CHECK((network_masks(net_of(), V, 1, 0, said) - said).cwiseAbs().maxCoeff() < 0.011F);
  options = small_net(100);
  const MaskNet learnt = net_of();
  const Matrix wrong = 1 - said.array();
  CHECK_FALSE(network_masks(learnt, V, 1, 0, said).isApprox(said, 0.02F));
  CHECK_FALSE(
      network_masks(learnt, V, 1, 0, said).isApprox(network_masks(learnt, V, 1, 0, wrong), 0.1F));
}

TEST_CASE("what a network hears of a piece comes from dictionaries of other quarters") {
  std::vector<Index> learnt_from;
  const auto learner = [&](const std::vector<SourceAudio>& sources) {
    learnt_from.push_back(samples_of(sources));
    return low_and_high(sources);
  };
  const auto tones = test::two_tones(8);
  train_mask_net(tones, small_stft, small_net(1), {}, learner);
  const Index watched = samples_of(watch(tones, small_stft, small_net(1)).training);
  REQUIRE(learnt_from.size() == 5);
  CHECK(learnt_from[0] == watched);  // what is held out, by all that is not
  for (std::size_t fold = 1; fold < 5; ++fold)
    CHECK(std::abs(learnt_from[fold] - watched * 3 / 4) <= 4);
  const auto on_short = [&] {
    train_mask_net(test::two_tones(1), small_stft, small_net(1), {}, learner);
  };
  CHECK_THROWS_WITH(on_short(), contains("no quarter of the recordings has half a second"));
}

TEST_CASE("a mask network of a seed has the same bits on any number of threads") {
  MaskNetOptions options = small_net(5);
  options.form = GENERATE(MaskNetForm::dense, MaskNetForm::convolutional, MaskNetForm::recurrent);
  options.hidden_layers = 2;
  std::vector<Matrix> first;
  for (const int threads : {1, 2, 5})
    test::on_threads(threads, [&] {
      const auto found = weights(train_mask_net(test::two_tones(1), small_stft, options));
      if (first.empty()) first = found;
      REQUIRE(found.size() == first.size());
      for (std::size_t i = 0; i < found.size(); ++i) CHECK((found[i] == first[i]));
    });
  MaskNetOptions other = options;
  other.seed = 1;
  CHECK_FALSE((weights(train_mask_net(test::two_tones(1), small_stft, other))[0] == first[0]));
}

TEST_CASE("masks of network and dictionaries are averaged by their shares") {
  Matrix z = 6 * (random_matrix(2 * 5, 3, 7).array() - 0.5F);
  softmax_over_sources(2, z);
  std::vector<SourceEstimate> said{{"a", random_matrix(5, 3, 8)}, {"b", random_matrix(5, 3, 9)}};
  said[0].magnitudes(4, 2) = said[1].magnitudes(4, 2) = 0;  // nothing is said of this one
  for (const float share : {0.0F, 0.35F, 1.0F}) {
    Matrix masks = z;
    mix_with_dictionaries(said, share, masks);
    for (Index t = 0; t < 3; ++t)
      for (Index f = 0; f < 5; ++f) {
        const double a = std::pow(said[0].magnitudes(f, t), 1.5);
        const double b = std::pow(said[1].magnitudes(f, t), 1.5);
        const double expected = a > 0 ? (1 - share) * z(f, t) + share * a / (a + b) : z(f, t);
        CHECK(masks(f, t) == Approx(expected).margin(1e-5));
        CHECK(masks(f, t) + masks(5 + f, t) == Approx(1).epsilon(1e-5));
      }
  }
}

TEST_CASE("shares are equal parts unless others score clearly more, and then as near as may be") {
  CHECK(best_share({5, 6, 7, 8, 7, 6, 5}) == 0.5F);
  CHECK(best_share({9, 8, 7, 6, 5, 4, 3}) == 0.0F);
  CHECK(best_share({1, 2, 3, 4, 5, 6, 7}) == 1.0F);
  CHECK(best_share({6, 6, 6, 6, 6.2, 6.2, 6}) == 0.5F);
  CHECK(best_share({6, 6, 6, 6, 6.25, 6.5, 6.4}) == 0.65F);
  CHECK(best_share({6, 6.5, 6.25, 6, 6, 6, 6}) == 0.35F);
}

TEST_CASE("what is held out of recordings is not trained on, and nothing is lost") {
  auto tones = test::two_tones(2);
  tones[0].recordings[0].samples.col(0) = Vector::LinSpaced(16000, 0, 15999);
  const HeldOutStretch split = hold_out(tones, 0.25, 0.5);
  CHECK(split.held[0].recordings[0].samples(0, 0) == 4000);
  CHECK(split.held[0].recordings[0].length() == 4000);
  CHECK(split.training[0].recordings[0].length() == 12000);
  CHECK(split.training[0].recordings[0].samples(3999, 0) == 3999);
  CHECK(split.training[0].recordings[0].samples(4000, 0) == 8000);
}

TEST_CASE("the method falls back to exemplars where a network has learnt nothing") {
  TrainingOptions options = small_method(1);
  options.masks.learning_rate = 1e-9;  // it stays as it starts
  const auto trained = training_method("network").learn(test::two_tones(4), options, {});
  REQUIRE(trained.size() == 2);
  CHECK(trained[0].model->kind() == "paired-dictionary");
}

TEST_CASE("models of a set explain a mixture together, in any order, and not without each other") {
  MaskNetwork low, high;
  const auto shared = [] {
    MaskNet net = train_mask_net(test::two_tones(2), small_stft, small_net(60));
    net.share = 0.35F;
    return std::make_shared<const MaskNet>(std::move(net));
  }();
  const TrainingOptions options = small_method(60);
  TrainingOptions exemplars = options;
  exemplars.method = "exemplars";
  const auto trained = training_method("exemplars").learn(test::two_tones(2), exemplars, {});
  for (MaskNetwork* model : {&low, &high}) {
    const std::size_t place = model == &low ? 0 : 1;
    model->dictionary = *trained[place].model.as<PairedDictionary>();
    static_cast<ModelHeader&>(*model) = *trained[place].model;
    model->objective.mask_exponent = 1;
    model->place = static_cast<int>(place);
  }
  low.net = shared;
  const Matrix V = piece_of_tones(11).mixture.cwiseAbs();
  NmfOptions nmf;
  nmf.iterations = 20;
  const auto forwards = decompose_whole(*make_decomposer({low, high}, {}, nmf), V, 1);
  const auto backwards = decompose_whole(*make_decomposer({high, low}, {}, nmf), V, 1);
  REQUIRE(forwards.sources.size() == 2);
  CHECK(forwards.sources[0].name == "low");
  CHECK(backwards.sources[0].name == "high");
  CHECK((forwards.sources[0].magnitudes == backwards.sources[1].magnitudes));
  CHECK((forwards.sources[0].magnitudes + forwards.sources[1].magnitudes).isApprox(V, 1e-4F));
  CHECK_THROWS_WITH(make_decomposer({low}, {}, nmf), contains("all of them"));
  CHECK_THROWS_WITH(make_decomposer({high}, {}, nmf), contains("in another file"));
}

TEST_CASE("a set with a network comes back from its file as it was") {
  const test::TemporaryFolder folder;
  const auto set = test::small_mask_set("anna", "ben");
  save_models(folder / "set", set, Overwrite::refuse);
  const auto loaded = load_models(folder / "set");
  REQUIRE(loaded.size() == 2);
  const MaskNetwork& first = *loaded[0].as<MaskNetwork>();
  const MaskNet& net = *set[0].as<MaskNetwork>()->net;
  CHECK(first.net->share == net.share);
  CHECK(first.net->context == net.context);
  CHECK(first.net->sources == net.sources);
  CHECK(first.net->steps == 60);
  REQUIRE(first.net->looks.size() == 4);
  CHECK(first.net->looks[1].step == 45);
  CHECK(first.net->looks[1].sdr == 6.25F);
  CHECK(first.net->looks[1].kept);
  CHECK(first.net->looks[2].network == 1);
  CHECK_FALSE(first.net->looks[2].kept);
  const auto before = weights(net), after = weights(*first.net);
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) CHECK((after[i] == before[i]));
  const Matrix V = random_matrix(9, 20, 12);
  const auto said = [&](const std::vector<SourceModel>& models) {
    return decompose_whole(*make_decomposer(models, {}, {}), V, 1).sources;
  };
  CHECK((said(loaded)[1].magnitudes == said(set)[1].magnitudes));
}

TEST_CASE(
    "a set whose network hears its dictionaries separates alike from its file and in blocks") {
  auto set = test::small_mask_set("anna", "ben");
  MaskNetwork first = *set[0].as<MaskNetwork>();
  MaskNet net = *first.net;
  Random random(8);
  net.estimates = true;
  net.networks = {make_network("dense 45 6 | lstm 6 5 2 | dense 10 18", random_parameters(random))};
  first.net = std::make_shared<const MaskNet>(net);
  set[0] = first;
  const test::TemporaryFolder folder;
  save_models(folder / "set", set, Overwrite::refuse);
  const auto loaded = make_decomposer(load_models(folder / "set"), {}, {});
  const Matrix V = random_matrix(9, 700, 12);
  const Matrix whole = decompose_whole(*make_decomposer(set, {}, {}), V, 1).sources[0].magnitudes;
  CHECK((decompose_whole(*loaded, V, 1).sources[0].magnitudes == whole));
  const Index reach = loaded->reach().value();
  MixtureBlock block(V.middleCols(40, 2 * reach + 60), 1);
  block.first = 40;
  const Matrix part = loaded->decompose(block, {}).sources[0].magnitudes;
  CHECK((part.middleCols(reach, 60) == whole.middleCols(40 + reach, 60)));
  net.estimates = false;  // then there are too few inputs
  first.net = std::make_shared<const MaskNet>(net);
  CHECK_THROWS_WITH(first.validate(), contains("features"));
}

TEST_CASE("networks see magnitudes whatever exponent the dictionaries take") {
  const auto at_exponent = [](double exponent) {
    auto set = test::small_mask_set("anna", "ben", 0);
    for (SourceModel& model : set) {
      MaskNetwork copy = *model.as<MaskNetwork>();
      copy.objective.magnitude_exponent = copy.dictionary.objective.magnitude_exponent = exponent;
      model = std::move(copy);
    }
    const Matrix V = random_matrix(9, 20, 13).array().pow(static_cast<float>(exponent));
    const auto found = decompose_whole(*make_decomposer(set, {}, {}), V, 1);
    return Matrix(found.sources[0].magnitudes.array() / V.array());
  };
  CHECK(at_exponent(1).isApprox(at_exponent(0.5), 1e-3F));
}

TEST_CASE("options of mask networks that make no sense are refused by name") {
  const auto refused = [](auto change, const char* words) {
    MaskNetOptions options = small_net();
    change(options);
    CHECK_THROWS_WITH(train_mask_net(test::two_tones(1), small_stft, options), contains(words));
  };
  refused([](auto& o) { o.steps = 0; }, "steps = 0");
  refused([](auto& o) { o.networks = 0; }, "networks = 0, must be 1 to 100");
  refused([](auto& o) { o.width = 0; }, "width = 0");
  refused([](auto& o) { o.context = 4; }, "context = 4, must be odd");
  refused([](auto& o) { o.learning_rate = 0; }, "learning_rate = 0");
  refused([](auto& o) { o.hidden_layers = 4; }, "hidden_layers = 4, must be 1 to 3");
  refused([](auto& o) { o.hidden_layers = 0; }, "hidden_layers = 0, must be 1 to 3");
  refused([](auto& o) { o.discrimination = 1; }, "discrimination = 1");
}
