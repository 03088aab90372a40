#include "nmfsep/material/material.hpp"

#include <cmath>

#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

MaterialOptions with_context(Index context) {
  MaterialOptions options;
  options.stft = StftOptions::for_sample_rate(8000);
  options.context = context;
  return options;
}

/// Random spectra of which every frame may be an exemplar of one frame.
Material random_material(Index bins, Index frames) {
  Random random(3);
  Material material;
  material.spectra = Matrix(bins, frames);
  for (Index i = 0; i < bins * frames; ++i) material.spectra.data()[i] = random.uniform();
  for (Index t = 0; t < frames; ++t) material.candidates.push_back(t);
  return material;
}

/// One round of k-means as the formula says, in double.
Eigen::MatrixXd means_of_nearest(const Eigen::MatrixXd& stretches, const Eigen::MatrixXd& atoms) {
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(atoms.rows(), atoms.cols());
  std::vector<int> counts(static_cast<std::size_t>(atoms.cols()));
  for (Index i = 0; i < stretches.cols(); ++i) {
    Index nearest = 0;
    double most = -1;
    for (Index k = 0; k < atoms.cols(); ++k) {
      double likeness = 0;
      for (Index f = 0; f < atoms.rows(); ++f) likeness += std::sqrt(stretches(f, i) * atoms(f, k));
      if (likeness > most) nearest = k;
      most = std::max(most, likeness);
    }
    means.col(nearest) += stretches.col(i) / stretches.col(i).sum();
    ++counts[static_cast<std::size_t>(nearest)];
  }
  for (Index k = 0; k < atoms.cols(); ++k)
    means.col(k) = counts[static_cast<std::size_t>(k)] == 0
                       ? atoms.col(k)
                       : Eigen::VectorXd(means.col(k) / counts[static_cast<std::size_t>(k)]);
  return means;
}

}  // namespace

TEST_CASE("exemplars move to the means of the frames most like them, four times") {
  const Material material = random_material(6, 60);
  Random random(1);
  Matrix atoms = draw_atoms(material, 7, 1, random);
  Eigen::MatrixXd expected = atoms.cast<double>();
  for (int round = 0; round < 4; ++round)
    expected = means_of_nearest(material.spectra.cast<double>(), expected);
  move_to_means(material, 1, atoms);
  CHECK((atoms.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-6);
}

TEST_CASE("an exemplar that nothing else is like stays where it is") {
  Material material = random_material(5, 9);
  Random random(1);
  Matrix atoms = draw_atoms(material, 9, 1, random);
  const Matrix before = atoms;
  move_to_means(material, 1, atoms);
  CHECK((atoms - before).cwiseAbs().maxCoeff() < 1e-6F);

  material.candidates = {0};
  atoms = Matrix::Zero(5, 2);
  atoms.col(0) = before.col(0);
  atoms(0, 1) = 1;
  move_to_means(material, 1, atoms);
  CHECK(atoms.col(1) == Vector::Unit(5, 0));
}

TEST_CASE("of much material a regular sample moves exemplars") {
  Material material = random_material(3, 9000);
  Random random(1);
  const Matrix drawn = draw_atoms(material, 5, 1, random);
  Matrix of_all = drawn;
  move_to_means(material, 1, of_all);
  std::vector<Index> every_third;
  for (Index t = 0; t < 9000; t += 3) every_third.push_back(t);
  material.candidates = every_third;
  Matrix of_third = drawn;
  move_to_means(material, 1, of_third);
  CHECK(of_all == of_third);
}

TEST_CASE("an exemplar is the frames around the one that was drawn, in their order") {
  Material material;
  material.spectra = Matrix(2, 7);
  for (Index t = 0; t < 7; ++t) material.spectra.col(t) << static_cast<float>(t), 10;
  for (const Index middle : {2, 3, 4}) {
    material.candidates = {middle};
    Random random(1);
    const Matrix atoms = draw_atoms(material, 1, 5, random);
    REQUIRE(atoms.rows() == 10);
    REQUIRE(atoms.cols() == 1);
    CHECK(atoms.sum() == Approx(1));
    for (Index frame = 0; frame < 5; ++frame)
      CHECK(atoms(2 * frame, 0) / atoms(2 * frame + 1, 0) ==
            Approx(static_cast<double>(middle - 2 + frame) / 10));
  }
}

TEST_CASE("every frame that may be drawn has silence or its neighbours around it") {
  const SourceAudio source{"noise", "noise.wav", {{test::noise(1, 2000, 2), 8000}}};
  for (const Index context : {1, 3, 5}) {
    const Material material = prepare_material(source, with_context(context));
    REQUIRE_FALSE(material.candidates.empty());
    CHECK(material.candidates.front() >= context / 2);
    CHECK(material.candidates.back() + context / 2 < material.spectra.cols());
    Random random(1);
    const auto all = static_cast<Index>(material.candidates.size());
    CHECK(draw_atoms(material, 2 * all, context, random).cols() == all);
  }
}
