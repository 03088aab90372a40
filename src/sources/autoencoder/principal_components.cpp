#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/linear/multiply.hpp"
#include "nmfsep/sources/autoencoder/autoencoder_training.hpp"
#include "sources/autoencoder/excerpts.hpp"
#include "sources/autoencoder/sounding.hpp"

namespace nmfsep {
namespace {

constexpr int most_rounds = 100;
constexpr double least_turn = 1e-4;  ///< norm of what a round turns the directions by

/// Orthonormal columns that span those of A.
Matrix orthonormal(const Matrix& A) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(A.cast<double>());
  return (qr.householderQ() * Eigen::MatrixXd::Identity(A.rows(), A.cols())).cast<float>();
}

/// The directions in which the columns of F have most energy: block power steps on F·Fᵀ with
/// Rayleigh and Ritz (Golub & Van Loan, Matrix Computations, 8.2), since a whole eigendecomposition
/// of thousands of bins takes minutes. More columns than are asked for make it converge faster.
class PrincipalDirections {
 public:
  PrincipalDirections(const Matrix& F, Index count) : F_(F) {
    const Index columns = std::min({F.rows(), F.cols(), count + std::max<Index>(10, count / 2)});
    Random random(0);
    const Matrix start =
        Matrix::NullaryExpr(F.cols(), columns, [&] { return random.uniform() - 0.5F; });
    Q_ = orthonormal(multiply(as_it_lies(F_), as_it_lies(start)));
    found_ = Q_.leftCols(count);
  }

  /// A round; whether it has settled.
  bool improve() {
    const Matrix B = multiply(transposed(F_), as_it_lies(Q_));
    const Matrix energies = multiply(transposed(B), as_it_lies(B));
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(energies.cast<double>());
    const Matrix turn = solver.eigenvectors().rowwise().reverse().cast<float>();
    const Eigen::MatrixXd before = found_.cast<double>();
    found_ = multiply(as_it_lies(Q_), as_it_lies(turn)).leftCols(found_.cols());
    const Eigen::MatrixXd now = found_.cast<double>();
    Q_ = orthonormal(
        multiply(as_it_lies(F_), as_it_lies(multiply(as_it_lies(B), as_it_lies(turn)))));
    return (now - before * (before.transpose() * now)).norm() < least_turn;
  }

  const Matrix& found() const { return found_; }  ///< orthonormal, the first with most energy

 private:
  const Matrix& F_;
  Matrix Q_, found_;
};

Matrix principal_directions(const Matrix& F, Index count, const ProgressCallback& progress) {
  PrincipalDirections directions(F, count);
  for (int round = 0; round < most_rounds; ++round) {
    report(progress, {"train", round, most_rounds, {}});
    if (directions.improve()) break;
  }
  report(progress, {"train", most_rounds, most_rounds, {}});
  return directions.found();
}

}  // namespace

TrainedAutoencoder train_pca(const MatrixView& frames, Index components,
                             const ProgressCallback& progress) {
  require_sounding(frames);
  const Index bins = frames.rows();
  if (components < 1 || components > std::min(bins, frames.cols()))
    throw InvalidArgument(
        fmt::format("AutoencoderOptions: components = {}, must be at least 1, and no more than "
                    "bins or frames",
                    components));
  const Excerpts all = split(frames, 1, 0).training;
  const Matrix F = all.first(all.count()).values;
  const Matrix W = principal_directions(F, components, progress);
  TrainedAutoencoder result;
  result.encoder = make_network(fmt::format("dense {} {} | identity", bins, components),
                                [&](const ParameterShape&) -> Matrix { return W.transpose(); });
  result.decoder = make_network(fmt::format("dense {} {} | relu-output", components, bins),
                                [&](const ParameterShape&) { return W; });
  result.floor = Autoencoder().floor;
  const Matrix output = multiply(as_it_lies(W), as_it_lies(multiply(transposed(W), as_it_lies(F))));
  result.loss =
      Loss{LossKind::squared, 0}.value(F, output.cwiseMax(0)) / static_cast<double>(F.size());
  return result;
}

}  // namespace nmfsep
