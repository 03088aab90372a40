#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nmfsep::cli {

/// Folders for outputs, made with their parents. What was made here goes again with the owner,
/// unless it was kept or holds something.
class OutputFolders {
 public:
  OutputFolders() = default;
  ~OutputFolders();
  OutputFolders(const OutputFolders&) = delete;
  OutputFolders& operator=(const OutputFolders&) = delete;

  /// Makes the folder where it is not there yet. Throws FileError naming the path when it cannot be
  /// made or is not a folder.
  void add(const std::filesystem::path& folder);

  void keep() { made_.clear(); }

 private:
  std::string make(const std::filesystem::path& folder);

  std::vector<std::filesystem::path> made_;  ///< outer ones first
};

}  // namespace nmfsep::cli
