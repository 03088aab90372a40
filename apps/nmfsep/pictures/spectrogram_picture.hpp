#pragma once

#include <string>

#include "nmfsep/render/pooled_columns.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/stft/frame_blocks.hpp"
#include "pictures/picture_style.hpp"

namespace nmfsep::cli {

/// A picture of frames over time that come block by block; of several channels the loudest shows.
/// Its memory does not grow with their number.
class FramesPicture {
 public:
  /// `start_seconds` is the time of the recording at which the first frame's padding ends.
  explicit FramesPicture(const Analysis& analysis, double start_seconds = 0,
                         Index most_columns = 2048);

  /// The next frames: rows × (frames · channels), of which `own` from `before` on count.
  void push(const MatrixView& frames, Index channels, Index before, Index own);

  /// Where frames lie in time, from edge to edge.
  Extent seconds() const;
  Matrix values() const { return pooled_.columns(); }
  bool is_empty() const { return pooled_.count() == 0; }

  /// A map of bins over time without title and colours. `seconds` is the length of what was heard.
  HeatMap map(double seconds, const PictureStyle& style) const;

 private:
  Analysis analysis_;
  double start_seconds_;
  PooledColumns pooled_;
};

/// Levels in dB, where 0 is that of a sine of full scale, of STFT magnitudes to this exponent.
/// Silence is -200 dB.
Matrix decibels(const MatrixView& values, const Analysis& analysis, double exponent);

/// How a source is looked at.
struct SpectrogramRequest {
  Analysis analysis;
  double start_seconds = 0;  ///< of the recording, where the source begins
  PictureStyle style;
};

/// The spectrogram of a source, read to its end: values in dB; title and bar are yet to be set.
/// Throws AudioFileError, Cancelled.
HeatMap spectrogram_of(AudioSource& audio, const SpectrogramRequest& request,
                       const ProgressCallback& progress);

}  // namespace nmfsep::cli
