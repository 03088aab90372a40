#include "evaluation/projection/spectra.hpp"

namespace nmfsep {

void transform(const RealFft& fft, const Eigen::Ref<const Eigen::VectorXd>& sequence,
               Spectra& spectra, Index j) {
  Eigen::VectorXd padded(fft.size());
  padded.head(sequence.size()) = sequence;
  padded.tail(fft.size() - sequence.size()).setZero();
  const Eigen::VectorXcd spectrum = fft.forward(padded);
  spectra.re.col(j) = spectrum.real();
  spectra.im.col(j) = spectrum.imag();
}

Spectra transform(const RealFft& fft, const Eigen::MatrixXd& sequences) {
  Spectra spectra(fft.bins(), sequences.cols());
  for (Index j = 0; j < sequences.cols(); ++j) transform(fft, sequences.col(j), spectra, j);
  return spectra;
}

Eigen::VectorXd sequence(const RealFft& fft, const Spectra& spectra, Index j) {
  Eigen::VectorXcd spectrum(fft.bins());
  spectrum.real() = spectra.re.col(j);
  spectrum.imag() = spectra.im.col(j);
  return fft.inverse(spectrum);
}

Eigen::MatrixXd sequences(const RealFft& fft, const Spectra& spectra, Index rows) {
  Eigen::MatrixXd result(rows, spectra.columns());
  for (Index j = 0; j < spectra.columns(); ++j)
    result.col(j) = sequence(fft, spectra, j).head(rows);
  return result;
}

}  // namespace nmfsep
