#include <iostream>

#include <nmfsep/audio/audio_file.hpp>
#include <nmfsep/core/version.hpp>
#include <nmfsep/nmf/nmf.hpp>
#include <nmfsep/stft/spectrogram.hpp>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const nmfsep::AudioBuffer audio = nmfsep::read_audio(argv[1]);
  const nmfsep::Stft stft(nmfsep::StftOptions::for_sample_rate(audio.sample_rate));
  const nmfsep::Matrix V = magnitudes(analyse(audio, stft), 1.0);
  nmfsep::NmfOptions options;
  options.components = 4;
  options.iterations = 10;
  const nmfsep::Factorisation factorisation = nmfsep::factorise(V, options);
  std::cout << "nmfsep " << nmfsep::version << ": " << V.rows() << " bins, " << V.cols()
            << " frames, divergence " << factorisation.report.final_cost() << '\n';
  return factorisation.W.cols() == 4 ? 0 : 1;
}
