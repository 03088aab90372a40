#include "nmfsep/sources/source_model.hpp"

#include <algorithm>

namespace nmfsep {

Tensor tensor_of(std::string name, const Matrix& matrix) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Tensor tensor{std::move(name), {matrix.rows(), matrix.cols()}, {}};
  tensor.values.resize(static_cast<std::size_t>(matrix.size()));
  Eigen::Map<RowMajor>(tensor.values.data(), matrix.rows(), matrix.cols()) = matrix;
  return tensor;
}

SeparationSettings separation_settings(std::span<const SourceModel> models) {
  if (models.empty()) return {};
  const SeparationSettings& first = models.front()->separation;
  const bool agree = std::all_of(models.begin(), models.end(), [&](const SourceModel& model) {
    return model->separation == first;
  });
  return agree ? first : SeparationSettings();
}

}  // namespace nmfsep
