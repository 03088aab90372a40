#include "nmfsep/sources/source_model.hpp"

#include <fmt/format.h>

namespace nmfsep {

std::string Model::component_word() const {
  return training.method == "exemplars" ? "exemplars" : "atoms";
}

std::string Model::describe_training() const {
  const std::string start = fmt::format("seed {}", training.seed);
  if (training.iterations == 0) return start;  // nothing was fitted
  return fmt::format("{} updates, divergence {} = {:.6g}, {}", training.iterations,
                     to_string(objective.divergence), training.final_cost, start);
}

Tensor tensor_of(std::string name, const Matrix& matrix) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Tensor tensor{std::move(name), {matrix.rows(), matrix.cols()}, {}};
  tensor.values.resize(static_cast<std::size_t>(matrix.size()));
  Eigen::Map<RowMajor>(tensor.values.data(), matrix.rows(), matrix.cols()) = matrix;
  return tensor;
}

}  // namespace nmfsep
