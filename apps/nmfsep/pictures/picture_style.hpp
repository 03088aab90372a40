#pragma once

#include "nmfsep/render/figure.hpp"

namespace nmfsep::cli {

/// In which order a dictionary's atoms are drawn.
enum class AtomOrder {
  pitch,     ///< those without one after the others, by centroid
  centroid,  ///< of their spectra
  stored,    ///< as the model has them
};

/// How pictures of sounds look.
struct PictureStyle {
  bool logarithmic = true;  ///< the axis of frequency, from 40 Hz on; else linear from 0
  double range = 80;        ///< dB from the brightest to the darkest
  ColourMap map = ColourMap::magma;
  Theme theme = Theme::light();
  AtomOrder order = AtomOrder::pitch;
  int width = 900;  ///< pixels

  /// Of panels in this style.
  Figure figure(std::vector<Panel> panels) const;
  /// The axis of frequency of sound at this rate (Hz).
  Axis frequency(int sample_rate) const;
  /// The bar of dB below `top`, which is rounded up to a multiple of 5.
  Axis decibels(double top) const;
};

}  // namespace nmfsep::cli
