#include "pictures/picture_flags.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {

void PictureFlags::add_to(Flags& app) {
  app.begin_group("Looks");
  app.add_option("--frequency", frequency_, "The axis of frequency (default: log)")
      ->one_of({"log", "linear"})
      ->type_name("log|linear");
  app.add_option("--range", range_,
                 fmt::format("dB from the brightest to the darkest (default: {})", range_))
      ->type_name("DB");
  app.add_option("--colours", colours_,
                 "The map of colours; all are readable in grey (default: magma)")
      ->one_of({"magma", "viridis", "grey"})
      ->type_name("magma|viridis|grey");
  app.add_flag("--dark", dark_, "Light letters on a dark ground");
  app.add_option("--sort", sort_,
                 "Atoms of a dictionary by pitch, those without one last; by the centroid of their "
                 "spectra; or as the model has them (default: pitch)")
      ->one_of({"pitch", "centroid", "stored"})
      ->type_name("pitch|centroid|stored");
  app.add_option("--width", width_, fmt::format("Pixels (default: {})", width_))
      ->between(300, 10000)
      ->type_name("PIXELS");
}

PictureStyle PictureFlags::style() const {
  if (!(range_ >= 10 && range_ <= 200))
    throw InvalidArgument(fmt::format("--range {}: must be 10 to 200 dB", range_));
  PictureStyle style;
  style.logarithmic = frequency_ == "log";
  style.range = range_;
  style.map = colour_map_from_string(colours_);
  if (dark_) style.theme = Theme::dark();
  if (sort_ == "centroid") style.order = AtomOrder::centroid;
  if (sort_ == "stored") style.order = AtomOrder::stored;
  style.width = width_;
  return style;
}

}  // namespace nmfsep::cli
