#include "nmfsep/nets/convolution.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "each_column.hpp"
#include "nmfsep/linear/multiply.hpp"

namespace nmfsep {
namespace {

constexpr Index most_numbers = 1 << 21;  ///< of patches that are in memory at a time

using MatrixMap = Eigen::Map<Matrix>;

/// What each output of a convolution sums, as columns of patch() rows: an output frame's bins
/// follow one another. Output frames are counted over all sequences.
class Patches {
 public:
  /// `frames` of a sequence go in.
  Patches(const Convolution& convolution, Index frames)
      : convolution_(convolution), frames_(frames), outputs_(convolution.output_frames(frames)) {}

  /// The patches of `count` output frames of X, all the input.
  Matrix gather(const Matrix& X, Index first, Index count) const {
    Matrix P = Matrix::Zero(convolution_.patch(), convolution_.output_bins() * count);
    tbb::parallel_for(Index{0}, count, [&](Index i) {
      visit(first + i, [&](Index row, Index frame, Index place, Index bin) {
        P.col(i * convolution_.output_bins() + bin).segment(place, convolution_.inputs) =
            X.col(frame).segment(row, convolution_.inputs);
      });
    });
    return P;
  }

  /// The transposed way: X += what the patches say of it.
  void scatter(const Matrix& P, Index first, Index count, Matrix& X) const {
    for (Index i = 0; i < count; ++i)
      visit(first + i, [&](Index row, Index frame, Index place, Index bin) {
        X.col(frame).segment(row, convolution_.inputs) +=
            P.col(i * convolution_.output_bins() + bin).segment(place, convolution_.inputs);
      });
  }

 private:
  /// Calls work(row, frame, place, bin): channels from `row` on of an input frame are those from
  /// `place` on in the patch of this output's `bin`.
  template <typename Work>
  void visit(Index output, const Work& work) const {
    const Convolution& c = convolution_;
    for (Index j = 0; j < c.kernel_frames; ++j) {
      const Index t = output % outputs_ * c.stride_frames + j * c.dilation_frames - c.lead_frames();
      if (t < 0 || t >= frames_) continue;
      for (Index bin = 0; bin < c.output_bins(); ++bin)
        for (Index i = 0; i < c.kernel_bins; ++i)
          if (const Index f = bin * c.stride_bins + i * c.dilation_bins - c.lead_bins();
              f >= 0 && f < c.bins)
            work(f * c.inputs, output / outputs_ * frames_ + t, (j * c.kernel_bins + i) * c.inputs,
                 bin);
    }
  }

  const Convolution& convolution_;
  Index frames_, outputs_;  ///< of a sequence
};

/// Calls work(first, count) for pieces of output frames whose patches fit into `most_numbers`.
template <typename Work>
void for_each_piece(const Convolution& convolution, Index frames, const Work& work) {
  const Index piece =
      std::max<Index>(1, most_numbers / (convolution.patch() * convolution.output_bins()));
  for (Index first = 0; first < frames; first += piece)
    work(first, std::min(piece, frames - first));
}

/// Frames of a convolution's output as its product makes them: channels × (bins · frames).
MatrixMap by_channels(Matrix& Y, const Convolution& convolution, Index first, Index count) {
  return {Y.data() + first * Y.rows(), convolution.outputs, convolution.output_bins() * count};
}

/// Y = conv(X).
Matrix convolve(const Convolution& convolution, const Matrix& W, const Batch& X) {
  const Index frames = convolution.output_frames(X.frames) * X.sequences();
  Matrix Y(convolution.output_bins() * convolution.outputs, frames);
  const Patches patches(convolution, X.frames);
  for_each_piece(convolution, frames, [&](Index first, Index count) {
    multiply(as_it_lies(W), as_it_lies(patches.gather(X.values, first, count)),
             by_channels(Y, convolution, first, count), false);
  });
  return Y;
}

/// X = convᵀ(Y), with `frames` of a sequence.
Batch transpose(const Convolution& convolution, const Matrix& W, Matrix Y, Index frames) {
  const Index sequences = Y.cols() / convolution.output_frames(frames);
  Batch X{Matrix::Zero(convolution.bins * convolution.inputs, frames * sequences), frames};
  const Patches patches(convolution, frames);
  for_each_piece(convolution, Y.cols(), [&](Index first, Index count) {
    patches.scatter(multiply(transposed(W), as_it_lies(by_channels(Y, convolution, first, count))),
                    first, count, X.values);
  });
  return X;
}

/// gradient += Σ Y·patches(X)ᵀ, of W in both directions.
void add_gradient(const Convolution& convolution, const Batch& X, Matrix& Y, Matrix& gradient) {
  const Patches patches(convolution, X.frames);
  for_each_piece(convolution, Y.cols(), [&](Index first, Index count) {
    multiply(as_it_lies(by_channels(Y, convolution, first, count)),
             transposed(patches.gather(X.values, first, count)), gradient, true);
  });
}

}  // namespace

std::string Convolution::description() const {
  return fmt::format("{} {} {} {} {} {} {} {} {}", bins, inputs, outputs, kernel_bins,
                     kernel_frames, stride_bins, stride_frames, dilation_bins, dilation_frames);
}

std::string ConvolutionLayer::description() const {
  return "convolution " + convolution_.description();
}

Batch ConvolutionLayer::forward(Batch input, LayerMemory& memory) const {
  Matrix output = convolve(convolution_, W_, input);
  memory.input = std::move(input.values);
  memory.frames = input.frames;
  return {std::move(output), convolution_.output_frames(input.frames)};
}

Batch ConvolutionLayer::backward(Batch gradient, const LayerMemory& memory,
                                 Gradients parameters) const {
  if (!parameters.empty())
    add_gradient(convolution_, {memory.input, memory.frames}, gradient.values, parameters[0]);
  return transpose(convolution_, W_, std::move(gradient.values), memory.frames);
}

std::string TransposedLayer::description() const {
  return "transposed " + convolution_.description();
}

Batch TransposedLayer::forward(Batch input, LayerMemory& memory) const {
  memory.input = input.values;
  return transpose(convolution_, W_, std::move(input.values),
                   input.frames * convolution_.stride_frames);
}

Batch TransposedLayer::backward(Batch gradient, const LayerMemory& memory,
                                Gradients parameters) const {
  Matrix input = memory.input;
  if (!parameters.empty()) add_gradient(convolution_, gradient, input, parameters[0]);
  return {convolve(convolution_, W_, gradient), convolution_.output_frames(gradient.frames)};
}

std::string PoolingLayer::description() const {
  return fmt::format("pooling {} {} {} {}", field_.bins, field_.channels, field_.pooled_bins,
                     field_.pooled_frames);
}

/// Calls work(output row, output frame, input row, input frame) with the largest of each field.
template <typename Work>
void PoolingLayer::for_each_output(const Matrix& input, Index frames, const Work& work) const {
  const Index outputs = output_frames(frames);
  tbb::parallel_for(Index{0}, input.cols() / frames * outputs, [&](Index out) {
    const Index first = out / outputs * frames + out % outputs * field_.pooled_frames;
    const Index count =
        std::min(field_.pooled_frames, frames - out % outputs * field_.pooled_frames);
    for (Index row = 0; row < output_bins() * field_.channels; ++row) {
      const Index channel = row % field_.channels;
      const Index bin = row / field_.channels * field_.pooled_bins;
      Index best_row = bin * field_.channels + channel, best_frame = first;
      for (Index t = first; t < first + count; ++t)
        for (Index f = bin; f < std::min(bin + field_.pooled_bins, field_.bins); ++f)
          if (input(f * field_.channels + channel, t) > input(best_row, best_frame)) {
            best_row = f * field_.channels + channel;
            best_frame = t;
          }
      work(row, out, best_row, best_frame);
    }
  });
}

Batch PoolingLayer::forward(Batch input, LayerMemory& memory) const {
  const Index outputs = output_frames(input.frames);
  Batch output{Matrix(output_bins() * field_.channels, outputs * input.sequences()), outputs};
  memory.input = std::move(input.values);
  memory.frames = input.frames;
  for_each_output(memory.input, memory.frames, [&](Index row, Index out, Index from, Index frame) {
    output.values(row, out) = memory.input(from, frame);
  });
  return output;
}

Batch PoolingLayer::backward(Batch gradient, const LayerMemory& memory,
                             Gradients /*parameters*/) const {
  Batch result{Matrix::Zero(memory.input.rows(), memory.input.cols()), memory.frames};
  for_each_output(memory.input, memory.frames, [&](Index row, Index out, Index from, Index frame) {
    result.values(from, frame) = gradient.values(row, out);
  });
  return result;
}

}  // namespace nmfsep
