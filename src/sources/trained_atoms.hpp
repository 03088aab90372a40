#pragma once

#include "nmfsep/material/material.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// A model of one kind with this header.
template <typename Kind>
Kind with_header(const ModelHeader& header) {
  Kind model;
  static_cast<ModelHeader&>(model) = header;
  return model;
}

/// A Dictionary of atoms W of one frame, a PairedDictionary of longer ones, which are rebuilt from
/// as they are.
SourceModel model_of_atoms(const ModelHeader& header, int context, Matrix W);

/// What learning the atoms of one source alone usually takes: 25 over-relaxed updates, since more
/// lower the divergence but not the error.
TrainingOptions usual_learning();

/// What the source's atoms are made of.
Material material_for(const SourceAudio& source, const TrainingOptions& options);

/// The frames of the material that are not digital silence, which no atom could learn from.
Matrix sounding_frames(const Material& material);

/// The options with as many components as may be learnt from `sounding` frames. Throws
/// AudioFileError where that is none, or fewer than asked for.
NmfOptions fitted_to(Index sounding, const TrainingOptions& options, const std::string& origin);

}  // namespace nmfsep
