#pragma once

#include <string>
#include <vector>

#include "nmfsep/sources/source_model.hpp"
#include "pictures/picture_style.hpp"

namespace nmfsep::cli {

/// Spectra that a source is made of.
struct Atoms {
  Matrix W;                  ///< frames · bins × atoms, frame after frame
  std::vector<Index> order;  ///< in which they are drawn
  Analysis analysis;
  double exponent = 1;  ///< of the magnitudes that they are
};

/// The atoms of a model in this order; without columns where it has none.
Atoms atoms_of(const SourceModel& model, AtomOrder order);

/// The order of atoms by what `order` says.
std::vector<Index> order_of(const MatrixView& W, const Analysis& analysis, AtomOrder order);

/// Atoms side by side, those of several frames with these beside each other: dB below the highest
/// value of all.
HeatMap dictionary_map(const Atoms& atoms, const std::string& title, const PictureStyle& style);

/// What a model holds to be seen: its dictionary, and how the training of its network went. `file`
/// is how titles call it. Throws ModelFileError where there is neither.
std::vector<Panel> panels_of(const SourceModel& model, const std::string& file,
                             const PictureStyle& style);

}  // namespace nmfsep::cli
