#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "files/npy_file.hpp"
#include "files/output_folders.hpp"
#include "nmfsep/separation/separator.hpp"

namespace nmfsep::cli {

/// How one input was explained, on its way to files for NumPy in a folder: of each source the
/// magnitudes SOURCE-V.npy (frames × channels × bins), and where it is made of atoms SOURCE-H.npy
/// (frames × channels × components), and of learnt ones SOURCE-W.npy (components × bins), so that
/// V = H·W. All of them appear or none.
class ExplanationOutput {
 public:
  /// Makes the folder. Throws FileError where it cannot be made.
  ExplanationOutput(std::filesystem::path folder, Overwrite overwrite);

  /// Takes the next frames. Throws FileError.
  void write(const ExplainedFrames& frames);

  void commit();

 private:
  /// Of one source.
  struct Files {
    NpyFile magnitudes;
    std::vector<NpyFile> activations;  ///< one, or none
    std::vector<NpyFile> atoms;
  };

  void open(const Decomposition& first, Index channels);
  NpyFile file(const std::string& source, const char* what, std::vector<Index> inner) const;

  std::filesystem::path folder_;
  Overwrite overwrite_;
  OutputFolders folders_;
  std::vector<Files> files_;
};

}  // namespace nmfsep::cli
