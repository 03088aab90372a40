#pragma once

#include "nmfsep/sources/source_model.hpp"

namespace nmfsep {

/// Atoms that were learnt from a mixture (W: bins × components), as a model for the next one.
SourceModel learnt_model(const ModelHeader& header, Matrix W);

}  // namespace nmfsep
