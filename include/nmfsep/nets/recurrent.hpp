#pragma once

#include <optional>
#include <string_view>

#include "nmfsep/nets/layer.hpp"

namespace nmfsep {

/// What a recurrent layer makes of a frame x and of its own last answer h′, with σ(x) = 1/(1+e⁻ˣ),
/// a = W x + b and z = U h′ in as many parts as the cell has gates, and ∘ entry by entry.
enum class Cell {
  plain,  ///< h = tanh(a + z) (Elman, 1990, Cognitive Science 14)
  /// i, f, o = σ(a + z), where f's a is raised by 1, so that it remembers at first (Jozefowicz et
  /// al., 2015, ICML); g = tanh(a + z); c = f∘c′ + i∘g; h = o∘tanh(c) (Hochreiter & Schmidhuber,
  /// 1997, and Gers et al., 2000, Neural Computation 9 and 12). Parts in the order i, f, o, g.
  lstm,
  /// u, r = σ(a + z); n = tanh(a + r∘z); h = (1 − u)∘n + u∘h′ (Cho et al., 2014, EMNLP, with r
  /// after U). Parts in the order u, r, n.
  gru,
};

Index gates(Cell cell);
std::string_view to_string(Cell cell);  ///< "recurrent", "lstm" or "gru", as layers are named
std::optional<Cell> find_cell(std::string_view name);

struct RecurrentShape {
  Cell cell = Cell::gru;
  Index inputs = 0;
  Index units = 0;       ///< of each direction
  Index directions = 1;  ///< 1: forward in time; 2: backward too, whose answers come below
};

/// Answers of a sequence's frames, each from its frame and those before it, or after it. The state
/// is 0 where a sequence begins, and gradients go back as far as that. A direction's parameters are
/// W, gates · units × inputs, U, gates · units × units, and b, a column.
class RecurrentLayer final : public Layer {
 public:
  RecurrentLayer(const RecurrentShape& shape, const ParameterSource& source);

  std::unique_ptr<Layer> clone() const override { return std::make_unique<RecurrentLayer>(*this); }
  std::string description() const override;
  Index inputs() const override { return shape_.inputs; }
  Index outputs(Index) const override { return shape_.units * shape_.directions; }
  bool has_time() const override { return true; }
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;
  std::vector<Matrix*> parameters() override;

 private:
  struct Direction {
    Matrix W, U, b;
  };

  /// A direction's gates, what else its cell keeps, and its answers, one below the other: rows() ×
  /// frames, step by step, in a step sequence by sequence.
  Matrix run(const Direction& direction, Matrix a, Index sequences) const;
  /// Of a and z: parts × frames, as `run` lays them out.
  struct StepGradients {
    Matrix a, z;
  };
  /// From the gradient at the answers, laid out as `run` does.
  StepGradients run_back(const Direction& direction, Matrix& kept, const Matrix& gradient,
                         Index sequences) const;
  Index rows() const { return (gates(shape_.cell) + 2) * shape_.units; }

  RecurrentShape shape_;
  std::vector<Direction> directions_;
};

}  // namespace nmfsep
