#include "nmfsep/nets/recurrent.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <cmath>

#include "nmfsep/core/named_values.hpp"
#include "nmfsep/linear/multiply.hpp"

namespace nmfsep {
namespace {

constexpr Named<Cell> cell_names[] = {
    {Cell::plain, "recurrent"}, {Cell::lstm, "lstm"}, {Cell::gru, "gru"}};

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

/// Where a sequence's frame lies among steps: those of all sequences together, and the last first
/// where time runs backwards.
struct Steps {
  Index frames;
  Index sequences;
  bool backwards;

  Index place(Index sequence, Index frame) const {
    return (backwards ? frames - 1 - frame : frame) * sequences + sequence;
  }

  Matrix from_sequences(const Eigen::Ref<const Matrix>& X) const {
    Matrix result(X.rows(), X.cols());
    for (Index s = 0; s < sequences; ++s)
      for (Index t = 0; t < frames; ++t) result.col(place(s, t)) = X.col(s * frames + t);
    return result;
  }

  void to_sequences(const Eigen::Ref<const Matrix>& X, Eigen::Ref<Matrix> result) const {
    for (Index s = 0; s < sequences; ++s)
      for (Index t = 0; t < frames; ++t) result.col(s * frames + t) = X.col(place(s, t));
  }
};

/// A unit of a frame: each pointer is to the first of the cell's parts, which lie `units` apart.
struct Unit {
  Index units;
  float before;        ///< its last answer
  float state_before;  ///< and last memory
  float* gate;
  float* extra;
  float* answer;

  float& operator()(Index part) const { return gate[part * units]; }
};

/// From a and z to gates, memory and answer.
void answer(Cell cell, const float* a, const float* z, const Unit& unit) {
  const Index n = unit.units;
  const auto sum = [&](Index part) { return a[part * n] + z[part * n]; };
  switch (cell) {
    case Cell::plain:
      *unit.answer = unit(0) = std::tanh(sum(0));
      return;
    case Cell::lstm:
      unit(0) = sigmoid(sum(0));
      unit(1) = sigmoid(sum(1) + 1);
      unit(2) = sigmoid(sum(2));
      unit(3) = std::tanh(sum(3));
      *unit.extra = unit(1) * unit.state_before + unit(0) * unit(3);
      *unit.answer = unit(2) * std::tanh(*unit.extra);
      return;
    case Cell::gru:
      unit(0) = sigmoid(sum(0));
      unit(1) = sigmoid(sum(1));
      *unit.extra = z[2 * n];
      unit(2) = std::tanh(a[2 * n] + unit(1) * *unit.extra);
      *unit.answer = (1 - unit(0)) * unit(2) + unit(0) * unit.before;
      return;
  }
}

/// What goes back to the frame before.
struct Back {
  float answer = 0;  ///< without what goes through z
  float state = 0;
};

/// From the gradients at the answer and at the memory to those at a and z.
Back answer_back(Cell cell, const Unit& unit, float gradient, float of_state, float* a, float* z) {
  const Index n = unit.units;
  const auto of_sum = [&](Index part, float value) { a[part * n] = z[part * n] = value; };
  const auto slope = [&](Index part) { return unit(part) * (1 - unit(part)); };
  const auto tanh_slope = [](float y) { return 1 - y * y; };
  if (cell == Cell::plain) {
    of_sum(0, gradient * tanh_slope(unit(0)));
    return {};
  }
  if (cell == Cell::lstm) {
    const float loud = std::tanh(*unit.extra);
    of_state += gradient * unit(2) * tanh_slope(loud);
    of_sum(0, of_state * unit(3) * slope(0));
    of_sum(1, of_state * unit.state_before * slope(1));
    of_sum(2, gradient * loud * slope(2));
    of_sum(3, of_state * unit(0) * tanh_slope(unit(3)));
    return {0, of_state * unit(1)};
  }
  of_sum(0, gradient * (unit.before - unit(2)) * slope(0));
  const float of_new = gradient * (1 - unit(0)) * tanh_slope(unit(2));
  of_sum(1, of_new * *unit.extra * slope(1));
  a[2 * n] = of_new;
  z[2 * n] = of_new * unit(1);
  return {gradient * unit(0), 0};
}

/// Unit `h` of the step's column `column` of what a layer keeps, `step` columns after the one
/// before it.
Unit unit_of(Cell cell, Matrix& kept, Index units, Index column, Index step, Index h) {
  const Index parts = gates(cell);
  const bool begins = column < step;
  float* const top = kept.col(column).data() + h;
  return {units,
          begins ? 0 : kept((parts + 1) * units + h, column - step),
          begins ? 0 : kept(parts * units + h, column - step),
          top,
          top + parts * units,
          top + (parts + 1) * units};
}

}  // namespace

Index gates(Cell cell) { return cell == Cell::plain ? 1 : cell == Cell::lstm ? 4 : 3; }

std::string_view to_string(Cell cell) { return name_of(cell_names, cell); }

std::optional<Cell> find_cell(std::string_view name) { return value_of(cell_names, name); }

RecurrentLayer::RecurrentLayer(const RecurrentShape& shape, const ParameterSource& source)
    : shape_(shape) {
  const Index rows = gates(shape.cell) * shape.units;
  const Index fan_in = shape.inputs + shape.units;
  for (Index d = 0; d < shape.directions; ++d) {
    Matrix W = source({rows, shape.inputs, fan_in});
    Matrix U = source({rows, shape.units, fan_in});
    directions_.push_back({std::move(W), std::move(U), source({rows, 1, 0})});
  }
}

std::string RecurrentLayer::description() const {
  return fmt::format("{} {} {} {}", to_string(shape_.cell), shape_.inputs, shape_.units,
                     shape_.directions);
}

std::vector<Matrix*> RecurrentLayer::parameters() {
  std::vector<Matrix*> all;
  for (Direction& direction : directions_)
    all.insert(all.end(), {&direction.W, &direction.U, &direction.b});
  return all;
}

Matrix RecurrentLayer::run(const Direction& direction, Matrix a, Index sequences) const {
  const Index units = shape_.units;
  a.colwise() += direction.b.col(0);
  Matrix kept = Matrix::Zero(rows(), a.cols());
  Matrix z = Matrix::Zero(a.rows(), sequences);
  for (Index first = 0; first < a.cols(); first += sequences) {
    if (first > 0)
      multiply(as_it_lies(direction.U),
               as_it_lies(kept.block(rows() - units, first - sequences, units, sequences)), z,
               false);
    for (Index s = 0; s < sequences; ++s)
      for (Index h = 0; h < units; ++h)
        answer(shape_.cell, a.col(first + s).data() + h, z.col(s).data() + h,
               unit_of(shape_.cell, kept, units, first + s, sequences, h));
  }
  return kept;
}

Batch RecurrentLayer::forward(Batch input, LayerMemory& memory) const {
  const Index units = shape_.units;
  memory.input = std::move(input.values);
  memory.frames = input.frames;
  const Matrix& X = memory.input;
  memory.kept.resize(rows() * shape_.directions, X.cols());
  Batch output{Matrix(units * shape_.directions, X.cols()), input.frames};
  const Index sequences = output.sequences();
  tbb::parallel_for(Index{0}, shape_.directions, [&](Index d) {
    const Direction& direction = directions_[static_cast<std::size_t>(d)];
    const Steps steps{input.frames, sequences, d == 1};
    const Matrix kept =
        run(direction, steps.from_sequences(multiply(as_it_lies(direction.W), as_it_lies(X))),
            sequences);
    memory.kept.middleRows(d * rows(), rows()) = kept;
    steps.to_sequences(kept.bottomRows(units), output.values.middleRows(d * units, units));
  });
  return output;
}

RecurrentLayer::StepGradients RecurrentLayer::run_back(const Direction& direction, Matrix& kept,
                                                       const Matrix& gradient,
                                                       Index sequences) const {
  const Index units = shape_.units;
  StepGradients result{Matrix(direction.W.rows(), kept.cols()),
                       Matrix(direction.W.rows(), kept.cols())};
  const Matrix U = direction.U.transpose();           // turned once, since every step reads it
  Matrix of_answer = Matrix::Zero(units, sequences);  // what comes from the frame after
  Matrix of_state = of_answer;
  for (Index first = kept.cols() - sequences; first >= 0; first -= sequences) {
    for (Index s = 0; s < sequences; ++s)
      for (Index h = 0; h < units; ++h) {
        const Back back =
            answer_back(shape_.cell, unit_of(shape_.cell, kept, units, first + s, sequences, h),
                        gradient(h, first + s) + of_answer(h, s), of_state(h, s),
                        result.a.col(first + s).data() + h, result.z.col(first + s).data() + h);
        of_answer(h, s) = back.answer;
        of_state(h, s) = back.state;
      }
    if (first > 0)
      multiply(as_it_lies(U), as_it_lies(result.z.middleCols(first, sequences)), of_answer, true);
  }
  return result;
}

Batch RecurrentLayer::backward(Batch gradient, const LayerMemory& memory,
                               Gradients parameters) const {
  const Index units = shape_.units;
  const Index sequences = gradient.sequences();
  const Index later = gradient.values.cols() - sequences;  // columns with a frame before them
  std::vector<Matrix> back(directions_.size());
  tbb::parallel_for(Index{0}, shape_.directions, [&](Index d) {
    const Direction& direction = directions_[static_cast<std::size_t>(d)];
    const Steps steps{gradient.frames, sequences, d == 1};
    Matrix kept = memory.kept.middleRows(d * rows(), rows());
    const StepGradients of =
        run_back(direction, kept,
                 steps.from_sequences(gradient.values.middleRows(d * units, units)), sequences);
    Matrix of_a(of.a.rows(), of.a.cols());
    steps.to_sequences(of.a, of_a);
    back[static_cast<std::size_t>(d)] = multiply(transposed(direction.W), as_it_lies(of_a));
    if (parameters.empty()) return;
    const Gradients mine = parameters.subspan(static_cast<std::size_t>(3 * d), 3);
    multiply(as_it_lies(of_a), transposed(memory.input), mine[0], true);
    if (later > 0)
      multiply(as_it_lies(of.z.rightCols(later)),
               transposed(kept.block(rows() - units, 0, units, later)), mine[1], true);
    mine[2].col(0) += of.a.rowwise().sum();
  });
  for (std::size_t d = 1; d < back.size(); ++d) back[0] += back[d];
  return {std::move(back[0]), gradient.frames};
}

}  // namespace nmfsep
