#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/sources/stored_source.hpp"

namespace nmfsep {

/// Tensors with names and what is said of them: a file in the safetensors form whose metadata has
/// the SHA-256 of every byte (docs/model-format.md).
struct TensorFile {
  Metadata metadata;
  StoredSource::Tensors tensors;  ///< where they lie in `values`
  std::unique_ptr<float[]> values;
};

/// Reads a file whose metadata `check_format` lets pass. Throws ModelFileError where there is no
/// file, InvalidArgument naming the fault unless header, tensors and hash are in order, and what
/// `check_format` throws.
TensorFile read_tensor_file(const std::filesystem::path& path,
                            const std::function<void(const Metadata&)>& check_format);

/// Whether the file begins as such files do: not whether it is a good one. False where there is
/// none.
bool looks_like_tensor_file(const std::filesystem::path& path);

/// What its metadata says of its format; nothing where it is no such file, or says nothing. The
/// rest of the file may be bad.
std::string format_of_tensor_file(const std::filesystem::path& path);

/// Writes it whole or not at all. Throws InvalidArgument when its header would be too long,
/// FileError when it cannot be written.
void write_tensor_file(const std::filesystem::path& path, Metadata metadata,
                       const std::vector<Tensor>& tensors, Overwrite overwrite);

}  // namespace nmfsep
