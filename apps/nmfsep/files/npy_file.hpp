#pragma once

#include <fstream>
#include <vector>

#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep::cli {

/// An array of 32-bit floats in NumPy's format (version 1.0, C order), whose first axis grows as it
/// is written: numpy.load opens it. It appears whole or not at all.
class NpyFile {
 public:
  /// `inner` is the shape of one step along the first axis. Throws FileError.
  NpyFile(PendingFile output, std::vector<Index> inner);

  /// Appends values, the last axis fastest.
  void append(const VectorView& values);

  /// Writes how long the first axis came to be, and gives the file its name. Throws FileError.
  void commit();

 private:
  void write_header(Index length);

  PendingFile output_;
  std::vector<Index> inner_;
  std::ofstream stream_;
  Index values_ = 0;
};

}  // namespace nmfsep::cli
