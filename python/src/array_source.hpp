#pragma once

#include <string>

#include "arrays.hpp"
#include "nmfsep/audio/audio_source.hpp"

namespace nmfsep::python {

/// An array of channels × samples where it lies, as a recording. The array must outlive it.
class ArraySource final : public AudioSource {
 public:
  /// Throws InvalidArgument unless it has samples, all finite, and a rate of at least 1 Hz.
  ArraySource(const FloatRows& array, int sample_rate, std::string name);

  std::string name() const override { return name_; }
  const AudioInfo& info() const override { return info_; }
  Index read(Eigen::Ref<Matrix> block) override;

 private:
  Eigen::Map<const Matrix> samples_;
  std::string name_;
  AudioInfo info_;
  Index position_ = 0;
};

}  // namespace nmfsep::python
