#pragma once

#include "nmfsep/nets/layer.hpp"

namespace nmfsep {

/// What a network keeps from forward to backward, a layer each.
using Tape = std::vector<LayerMemory>;

/// Layers one after the other: a value.
class Network {
 public:
  Network() = default;
  explicit Network(std::vector<std::unique_ptr<Layer>> layers) : layers_(std::move(layers)) {}
  Network(const Network& other);
  Network(Network&&) noexcept = default;
  Network& operator=(Network other) noexcept;

  Index layers() const { return static_cast<Index>(layers_.size()); }
  const Layer& layer(Index i) const { return *layers_[static_cast<std::size_t>(i)]; }
  /// Layers that have parameters.
  Index depth() const;
  /// Numbers that training moves.
  Index size() const;

  /// "dense 513 200 | relu | dense 200 100 | relu"; `make_network` reads it.
  std::string description() const;

  /// Features of a frame that comes out where so many go in. Throws InvalidArgument naming the
  /// layer whose shape does not chain.
  Index outputs(Index inputs) const;
  /// Frames of a sequence that comes out where so many go in.
  Index output_frames(Index frames) const;
  /// Whether a frame that comes out depends on its neighbours.
  bool has_time() const;

  /// The network's answer. `random` is for what training alone does; null: none of it.
  Batch forward(Batch input, Tape& tape, Random* random = nullptr) const;
  /// The loss's gradient at the input; those at the parameters are added to `gradients`, which are
  /// in the order of `parameters`.
  Batch backward(Batch gradient, const Tape& tape, Gradients gradients) const;
  /// The same without the gradient at the input.
  void learn(Batch gradient, const Tape& tape, Gradients gradients) const;

  /// Of all layers, first to last.
  std::vector<Matrix*> parameters();
  std::vector<const Matrix*> parameters() const;
  /// Zeros of the parameters' shapes.
  std::vector<Matrix> no_gradients() const;

 private:
  /// From the last layer to number `first`; what is left of `gradients` is of those before it.
  Batch backward_to(std::size_t first, Batch gradient, const Tape& tape,
                    Gradients& gradients) const;

  std::vector<std::unique_ptr<Layer>> layers_;
};

/// Most layers and most features of a frame that a description may ask for.
inline constexpr Index most_layers = 200;
inline constexpr Index most_features = 1 << 20;

/// The network that a description names; see make_layer.
Network make_network(const std::string& description, const ParameterSource& source);

}  // namespace nmfsep
