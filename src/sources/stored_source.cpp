#include "nmfsep/sources/stored_source.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "sources/metadata.hpp"

namespace nmfsep {

const std::string& StoredSource::text(const std::string& key) const {
  return text_of(metadata_, key + "/" + header_.name);
}

int StoredSource::number(const std::string& key) const {
  int value = 0;
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
  const auto found = tensors_.find(full);
  if (found == tensors_.end()) throw InvalidArgument(fmt::format("it has no tensor '{}'", full));
  used_.insert(full);
  return found->second;
}

Matrix StoredSource::matrix(const std::string& name) const {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const View& values = tensor(name);
  const std::string full = name + "/" + header_.name;
  if (values.shape.size() != 2)
    throw InvalidArgument(
        fmt::format("tensor '{}' has {} dimensions, must have 2", full, values.shape.size()));
  const std::string& components = text("components");
  if (fmt::format("{}", values.shape[1]) != components)
    throw InvalidArgument(fmt::format("tensor '{}' has {} columns, its metadata promises {}", full,
                                      values.shape[1], printable(components)));
  return Eigen::Map<const RowMajor>(values.values, values.shape[0], values.shape[1]);
}

}  // namespace nmfsep
