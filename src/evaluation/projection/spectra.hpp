#pragma once

#include "evaluation/projection/kernels.hpp"
#include "nmfsep/core/real_fft.hpp"

namespace nmfsep {

/// Spectra of several sequences: bins × columns, real and imaginary parts apart.
struct Spectra {
  Eigen::MatrixXd re;
  Eigen::MatrixXd im;

  Spectra() = default;
  Spectra(Index bins, Index columns)
      : re(Eigen::MatrixXd::Zero(bins, columns)), im(Eigen::MatrixXd::Zero(bins, columns)) {}

  /// Makes room for so many spectra, of any values; keeps what room there is.
  void reserve(Index bins, Index columns) {
    if (re.rows() == bins && re.cols() >= columns) return;
    re.resize(bins, columns);
    im.resize(bins, columns);
  }

  Index bins() const { return re.rows(); }
  Index columns() const { return re.cols(); }
  kernels::Bins column(Index j) const { return {re.col(j).data(), im.col(j).data()}; }
  kernels::MutableBins column(Index j) { return {re.col(j).data(), im.col(j).data()}; }
};

/// Spectrum `j` becomes that of `sequence`, with zeros appended up to the transform's size.
void transform(const RealFft& fft, const Eigen::Ref<const Eigen::VectorXd>& sequence,
               Spectra& spectra, Index j);

/// The spectra of the columns of `sequences`, with zeros appended up to the transform's size.
Spectra transform(const RealFft& fft, const Eigen::MatrixXd& sequences);

/// The sequence whose spectrum is column `j`, `fft.size()` samples.
Eigen::VectorXd sequence(const RealFft& fft, const Spectra& spectra, Index j);

/// The first `rows` samples of all sequences.
Eigen::MatrixXd sequences(const RealFft& fft, const Spectra& spectra, Index rows);

}  // namespace nmfsep
