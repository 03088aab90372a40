#include "nmfsep/sources/stored_source.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/large_pages.hpp"
#include "nmfsep/core/text.hpp"
#include "sources/metadata.hpp"

namespace nmfsep {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Columns one after the other, in blocks that stay in cache: large tensors are most of the time
/// that a model takes to load.
Matrix turned(const Eigen::Map<const RowMajor>& rows) {
  constexpr Index side = 64;
  Matrix result(rows.rows(), rows.cols());
  prefer_large_pages(result.data(), static_cast<std::size_t>(result.size()) * sizeof(float));
  tbb::parallel_for(Index{0}, (rows.rows() - 1) / side + 1, [&](Index i) {
    const Index row = i * side;
    const Index height = std::min(side, rows.rows() - row);
    for (Index column = 0; column < rows.cols(); column += side) {
      const Index width = std::min(side, rows.cols() - column);
      result.block(row, column, height, width) = rows.block(row, column, height, width);
    }
  });
  return result;
}

const StoredSource::View& tensor_in(const StoredSource::Tensors& tensors, const std::string& name) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw InvalidArgument(fmt::format("it has no tensor '{}'", name));
  return found->second;
}

}  // namespace

bool StoredSource::has(const std::string& key) const {
  return metadata_.contains(key + "/" + header_.name);
}

const std::string& StoredSource::text(const std::string& key) const {
  return text_of(metadata_, key + "/" + header_.name);
}

int StoredSource::number(const std::string& key) const {
  int value = 0;
  read_number(metadata_, key + "/" + header_.name, value);
  return value;
}

float StoredSource::real(const std::string& key) const {
  float value = 0;
  read_number(metadata_, key + "/" + header_.name, value);
  return value;
}

int StoredSource::number(const std::string& key, int least, int most) const {
  const int value = number(key);
  if (value < least || value > most)
    throw InvalidArgument(fmt::format("source '{}': {} = {}, must be {} to {}", header_.name, key,
                                      value, least, most));
  return value;
}

const StoredSource::View& StoredSource::tensor(const std::string& name) const {
  const std::string full = name + "/" + header_.name;
  const View& found = tensor_in(tensors_, full);
  used_.insert(full);
  return found;
}

Matrix StoredSource::matrix(const std::string& name) const {
  const View& values = tensor(name);
  const std::string full = name + "/" + header_.name;
  if (values.shape.size() != 2)
    throw InvalidArgument(
        fmt::format("tensor '{}' has {} dimensions, must have 2", full, values.shape.size()));
  const std::string& components = text("components");
  if (fmt::format("{}", values.shape[1]) != components)
    throw InvalidArgument(fmt::format("tensor '{}' has {} columns, its metadata promises {}", full,
                                      values.shape[1], printable(components)));
  return turned({values.values, values.shape[0], values.shape[1]});
}

Matrix StoredSource::matrix(const std::string& name, Index rows, Index columns) const {
  tensor(name);
  return matrix_in(tensors_, name + "/" + header_.name, rows, columns);
}

Matrix matrix_in(const StoredSource::Tensors& tensors, const std::string& name, Index rows,
                 Index columns) {
  const StoredSource::View& values = tensor_in(tensors, name);
  if (values.shape != std::vector<Index>{rows, columns})
    throw InvalidArgument(fmt::format("tensor '{}' is {}, must be {} × {}", name,
                                      fmt::join(values.shape, " × "), rows, columns));
  return turned({values.values, rows, columns});
}

}  // namespace nmfsep
