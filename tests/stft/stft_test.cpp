#include "nmfsep/stft/stft.hpp"

#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

TEST_CASE("the inverse gives every signal back") {
  for (const Window window :
       {Window::hann, Window::hamming, Window::blackman, Window::sine, Window::rectangular}) {
    for (const int hop : {64, 100, 128}) {
      const Stft stft({.fft_size = 256, .hop = hop, .window = window});
      for (const Index samples : {1, 2, 63, 255, 256, 257, 1001, 20000}) {
        INFO(to_string(window) << ", hop " << hop << ", " << samples << " samples");
        const Vector signal = noise(1, samples);
        const Vector again = stft.inverse(stft.forward(signal), samples);
        CHECK((again - signal).cwiseAbs().maxCoeff() < 1e-6F);
      }
    }
  }
}
