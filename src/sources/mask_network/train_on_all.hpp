#pragma once

#include "nmfsep/sources/mask_network/mask_training.hpp"

namespace nmfsep {

/// As `train_mask_net`, of all material: nothing is held out to watch it by, and the last weights
/// are kept. For networks of which others have told what to expect.
MaskNet train_on_all(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                     const MaskNetOptions& options, const ProgressCallback& progress,
                     const DictionaryLearner& dictionaries = {});

}  // namespace nmfsep
