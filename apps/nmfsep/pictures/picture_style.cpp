#include "pictures/picture_style.hpp"

#include <cmath>

namespace nmfsep::cli {

Figure PictureStyle::figure(std::vector<Panel> panels) const {
  Figure figure;
  figure.panels = std::move(panels);
  figure.theme = theme;
  figure.width = width;
  return figure;
}

Axis PictureStyle::frequency(int sample_rate) const {
  constexpr double lowest = 40;  // Hz: below there is little to see, and much room
  const double highest = sample_rate / 2.0;
  if (logarithmic && highest > 2 * lowest) return {"Frequency (Hz)", lowest, highest, true};
  return {"Frequency (Hz)", 0, highest};
}

Axis PictureStyle::decibels(double top) const {
  const double rounded = 5 * std::ceil(top / 5);
  return {"dB", rounded - range, rounded};
}

}  // namespace nmfsep::cli
