#pragma once

#include <set>

#include "nmfsep/sources/source_model.hpp"

namespace nmfsep {

/// One source of a model file on its way to become a model: what the file says of it and its
/// tensors. Every call throws InvalidArgument naming what is missing or not of its form.
class StoredSource {
 public:
  /// A tensor where it lies in the file's memory.
  struct View {
    std::vector<Index> shape;
    const float* values;  ///< the last dimension runs fastest
  };
  using Tensors = std::map<std::string, View>;  ///< by their names in the file

  /// All of the file, which must outlive it.
  StoredSource(ModelHeader header, const Metadata& metadata, const Tensors& tensors)
      : header_(std::move(header)), metadata_(metadata), tensors_(tensors) {}

  const ModelHeader& header() const { return header_; }

  /// Whether there is a value of `key` for this source.
  bool has(const std::string& key) const;
  /// The value of `key` for this source.
  const std::string& text(const std::string& key) const;
  int number(const std::string& key) const;
  /// A number that must lie in a range.
  int number(const std::string& key, int least, int most) const;
  float real(const std::string& key) const;

  /// The tensor `name` of this source.
  const View& tensor(const std::string& name) const;
  /// The same, of two dimensions, with as many columns as the metadata says components.
  Matrix matrix(const std::string& name) const;
  /// The same, of this shape.
  Matrix matrix(const std::string& name, Index rows, Index columns) const;

  /// How many tensors were asked for.
  std::size_t tensors_used() const { return used_.size(); }

 private:
  ModelHeader header_;
  const Metadata& metadata_;
  const Tensors& tensors_;
  mutable std::set<std::string> used_;
};

/// The tensor of that name in the file as a matrix of this shape. Throws InvalidArgument where it
/// is of another, or missing.
Matrix matrix_in(const StoredSource::Tensors& tensors, const std::string& name, Index rows,
                 Index columns);

}  // namespace nmfsep
