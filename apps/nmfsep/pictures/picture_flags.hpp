#pragma once

#include <string>

#include "flags/flags.hpp"
#include "pictures/picture_style.hpp"

namespace nmfsep::cli {

/// The flags that say how pictures look.
class PictureFlags {
 public:
  void add_to(Flags& app);

  /// Throws InvalidArgument for values out of range.
  PictureStyle style() const;

 private:
  std::string frequency_ = "log";
  std::string sort_ = "pitch";
  double range_ = PictureStyle().range;
  std::string colours_ = "magma";
  bool dark_ = false;
  int width_ = PictureStyle().width;
};

}  // namespace nmfsep::cli
