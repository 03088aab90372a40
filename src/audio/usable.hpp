#pragma once

#include <string>

#include "nmfsep/audio/audio_source.hpp"

namespace nmfsep {

/// What is wrong with a header's channels or rate, for a message behind a file's name; empty where
/// nothing is.
std::string fault_of(const AudioInfo& info);

/// What is wrong with the first sample that is NaN, infinite or too large; empty where none is.
/// `samples` is channels × samples, `position` the place of the first of them.
std::string fault_of(const MatrixView& samples, Index position, int sample_rate);
std::string fault_of(const Eigen::Ref<const Eigen::MatrixXd>& samples, Index position,
                     int sample_rate);

}  // namespace nmfsep
