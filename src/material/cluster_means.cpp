#include <algorithm>

#include "exemplars.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/multiply.hpp"
#include "nmfsep/material/material.hpp"

namespace nmfsep {
namespace {

/// More move atoms no further that counts: eight scored as four.
constexpr int rounds = 4;
constexpr std::size_t most_counted = 4000;
/// Stretches at a time, so that all of a large material's are never held.
constexpr std::size_t block_size = 256;

/// Every n-th, so that no more than `most_counted` are left.
std::vector<Index> sample_of(const std::vector<Index>& candidates) {
  const std::size_t step = (candidates.size() + most_counted - 1) / most_counted;
  std::vector<Index> sample;
  for (std::size_t i = 0; i < candidates.size(); i += step) sample.push_back(candidates[i]);
  return sample;
}

/// Which atom each stretch is most like.
std::vector<Index> nearest(const Matrix& roots_of_atoms, const Matrix& stretches) {
  const Matrix roots = stretches.cwiseSqrt();
  const Matrix likeness = multiply(transposed(roots_of_atoms), as_it_lies(roots));
  std::vector<Index> found(static_cast<std::size_t>(stretches.cols()));
  for (Index i = 0; i < stretches.cols(); ++i)
    likeness.col(i).maxCoeff(&found[static_cast<std::size_t>(i)]);
  return found;
}

}  // namespace

void move_to_means(const Material& material, Index context, Matrix& atoms) {
  const std::vector<Index> sample = sample_of(material.candidates);
  for (int round = 0; round < rounds; ++round) {
    const Matrix roots = atoms.cwiseSqrt();
    Matrix sums = Matrix::Zero(atoms.rows(), atoms.cols());
    for (std::size_t first = 0; first < sample.size(); first += block_size) {
      const std::size_t count = std::min(block_size, sample.size() - first);
      const Matrix block =
          stretches_around(material.spectra, context, {sample.data() + first, count});
      const std::vector<Index> places = nearest(roots, block);
      for (std::size_t i = 0; i < count; ++i)
        sums.col(places[i]) += block.col(static_cast<Index>(i));
    }
    for (Index k = 0; k < atoms.cols(); ++k)
      if (sums.col(k).maxCoeff() > 0) atoms.col(k) = sums.col(k);
    normalise_columns(atoms);
  }
}

}  // namespace nmfsep
