#pragma once

#include <filesystem>
#include <vector>

namespace nmfsep::cli {

/// A folder for outputs, made with its parents. What was made here goes again with the owner,
/// unless it was kept or holds something.
class OutputFolder {
 public:
  /// Throws FileError naming the path when it cannot be made or is not a folder.
  explicit OutputFolder(std::filesystem::path path);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void keep() { made_.clear(); }

 private:
  std::filesystem::path path_;
  std::vector<std::filesystem::path> made_;  ///< outermost first
};

}  // namespace nmfsep::cli
