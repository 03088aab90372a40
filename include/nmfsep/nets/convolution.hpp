#pragma once

#include <algorithm>

#include "nmfsep/nets/layer.hpp"

namespace nmfsep {

/// What a convolution is over. A frame has `bins` bins of several channels; bin f of channel c is
/// row f · channels + c. Frames and bins beyond the ends are 0, equally many at both; of n inputs
/// ⌈n / stride⌉ outputs are left. With bins = 1 it is over time alone, and every bin a channel.
struct Convolution {
  Index bins = 1;    ///< of the input
  Index inputs = 1;  ///< channels
  Index outputs = 1;
  Index kernel_bins = 1, kernel_frames = 1;
  Index stride_bins = 1, stride_frames = 1;
  Index dilation_bins = 1, dilation_frames = 1;  ///< from one entry of the kernel to the next

  Index output_bins() const { return (bins + stride_bins - 1) / stride_bins; }
  Index output_frames(Index frames) const { return (frames + stride_frames - 1) / stride_frames; }
  bool has_time() const { return kernel_frames > 1 || stride_frames > 1; }
  /// Input channels · kernel bins · kernel frames: what one output sums.
  Index patch() const { return inputs * kernel_bins * kernel_frames; }
  /// How far before an output its first input lies.
  Index lead_bins() const { return (kernel_bins - 1) * dilation_bins / 2; }
  Index lead_frames() const { return (kernel_frames - 1) * dilation_frames / 2; }

  /// "513 1 16 9 5 4 1 1 1", in the order above.
  std::string description() const;
  ParameterShape parameter() const { return {outputs, patch(), patch()}; }
  /// The same where it is transposed: about what one of its outputs sums.
  ParameterShape transposed_parameter() const {
    const Index sum = outputs * kernel_bins * kernel_frames / (stride_bins * stride_frames);
    return {outputs, patch(), std::max<Index>(1, sum)};
  }
};

/// y(o, f, t) = Σ_{c,i,j} W(o; c, i, j) · x(c, f·s + i·d − lead, t·s′ + j·d′ − lead′), as a product
/// of W and the stretches of x below one another (LeCun et al., 1989, Neural Computation 1;
/// Chellapilla, Puri & Simard, 2006, IWFHR). W is outputs × patch, the channel running fastest,
/// then bins.
class ConvolutionLayer final : public Layer {
 public:
  ConvolutionLayer(const Convolution& convolution, Matrix W)
      : convolution_(convolution), W_(std::move(W)) {}

  std::unique_ptr<Layer> clone() const override {
    return std::make_unique<ConvolutionLayer>(*this);
  }
  std::string description() const override;
  Index inputs() const override { return convolution_.bins * convolution_.inputs; }
  Index outputs(Index) const override { return convolution_.output_bins() * convolution_.outputs; }
  Index output_frames(Index frames) const override { return convolution_.output_frames(frames); }
  bool has_time() const override { return convolution_.has_time(); }
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;
  std::vector<Matrix*> parameters() override { return {&W_}; }

 private:
  Convolution convolution_;
  Matrix W_;
};

/// The transposed map: from outputs of a convolution back to its inputs, each output saying what
/// lies around it (Zeiler et al., 2010, CVPR). A frame becomes `stride_frames` frames. W is as
/// that convolution's, whose outputs come in here.
class TransposedLayer final : public Layer {
 public:
  TransposedLayer(const Convolution& convolution, Matrix W)
      : convolution_(convolution), W_(std::move(W)) {}

  std::unique_ptr<Layer> clone() const override { return std::make_unique<TransposedLayer>(*this); }
  std::string description() const override;
  Index inputs() const override { return convolution_.output_bins() * convolution_.outputs; }
  Index outputs(Index) const override { return convolution_.bins * convolution_.inputs; }
  Index output_frames(Index frames) const override { return frames * convolution_.stride_frames; }
  bool has_time() const override { return convolution_.has_time(); }
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;
  std::vector<Matrix*> parameters() override { return {&W_}; }

 private:
  Convolution convolution_;
  Matrix W_;
};

/// The largest of each field of `bins` × `frames`, channel by channel; the last fields may be
/// smaller. The gradient goes to the first of the largest.
class PoolingLayer final : public Layer {
 public:
  struct Field {
    Index bins = 1, channels = 1;              ///< of the input
    Index pooled_bins = 1, pooled_frames = 1;  ///< that become one
  };

  explicit PoolingLayer(const Field& field) : field_(field) {}

  std::unique_ptr<Layer> clone() const override { return std::make_unique<PoolingLayer>(*this); }
  std::string description() const override;
  Index inputs() const override { return field_.bins * field_.channels; }
  Index outputs(Index) const override { return output_bins() * field_.channels; }
  Index output_frames(Index frames) const override {
    return (frames + field_.pooled_frames - 1) / field_.pooled_frames;
  }
  bool has_time() const override { return field_.pooled_frames > 1; }
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;

 private:
  Index output_bins() const { return (field_.bins + field_.pooled_bins - 1) / field_.pooled_bins; }
  template <typename Work>
  void for_each_output(const Matrix& input, Index frames, const Work& work) const;

  Field field_;
};

}  // namespace nmfsep
