#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Examples side by side: features × (frames · sequences), sequence after sequence. Layers without
/// time in them take every column by itself.
struct Batch {
  Matrix values;
  Index frames = 1;  ///< of a sequence; divides the columns

  Index sequences() const { return frames > 0 ? values.cols() / frames : 0; }
};

/// What a layer wants to see again when the gradient comes back; the caller's, one a layer.
struct LayerMemory {
  Random* random = nullptr;  ///< of what training alone does (dropout); null: nothing of it
  Matrix input;
  Index frames = 1;  ///< of a sequence of the input
  Matrix kept;       ///< what else the layer needs
};

/// Gradients with respect to parameters, each of its parameter's shape, or none where they are not
/// wanted.
using Gradients = std::span<Matrix>;

/// A step of a network: y = f(x; parameters). Const means safe to use from many threads; the same
/// input gives the same bits on any number of them, and a column's bits do not depend on its
/// neighbours where the layer has no time in it.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual std::unique_ptr<Layer> clone() const = 0;

  /// As files and people spell it: "dense 513 200". `make_layer` reads it.
  virtual std::string description() const = 0;
  /// Features of an input frame; 0 where any number will do.
  virtual Index inputs() const { return 0; }
  /// Features of an output frame for so many of an input frame.
  virtual Index outputs(Index inputs) const { return inputs; }
  /// Frames of a sequence that comes out where so many go in.
  virtual Index output_frames(Index frames) const { return frames; }
  /// Whether a frame that comes out depends on its neighbours.
  virtual bool has_time() const { return false; }

  virtual Batch forward(Batch input, LayerMemory& memory) const = 0;
  /// From the loss's gradient at the output to that at the input. The gradients at the parameters
  /// are added to `parameters`.
  virtual Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const = 0;
  /// The same where nobody asks for the gradient at the input.
  virtual void learn(Batch gradient, const LayerMemory& memory, Gradients parameters) const {
    backward(std::move(gradient), memory, parameters);
  }

  /// The values that training moves.
  virtual std::vector<Matrix*> parameters() { return {}; }

 protected:
  Layer() = default;
  Layer(const Layer&) = default;
  Layer& operator=(const Layer&) = default;
};

/// Asked for a layer's parameter: its shape, and how many inputs an output sums with it; 0 for what
/// is added.
struct ParameterShape {
  Index rows = 0;
  Index columns = 0;
  Index fan_in = 1;
};

/// Where parameters come from: a random start, or a file, which throws unless it has that shape.
using ParameterSource = std::function<Matrix(const ParameterShape&)>;

/// The layer that a description names. Throws InvalidArgument naming what it does not know, or a
/// number out of its range; asks for parameters only after that.
std::unique_ptr<Layer> make_layer(const std::string& description, const ParameterSource& source);

/// Parameters that are zero.
Matrix zero_parameter(const ParameterShape& shape);

/// The random start of He et al. (2015, ICCV): a variance of 2 / fan-in, and 0 for what is added.
ParameterSource random_parameters(Random& random);

/// Near enough to a Gaussian of mean 0 and variance 1, and the same bits everywhere: the sum of
/// four uniform numbers.
float gaussian(Random& random);

}  // namespace nmfsep
