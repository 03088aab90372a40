#pragma once

#include <filesystem>
#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep::cli {

/// An array that NpyFile wrote.
struct NpyArray {
  std::vector<Index> shape;
  std::vector<float> values;  ///< the last axis fastest
};

/// Reads 32-bit floats in C order of NumPy's format, version 1.0. Throws FileError for what is
/// missing, another type or order, or shorter or longer than its shape.
NpyArray read_npy(const std::filesystem::path& path);

}  // namespace nmfsep::cli
