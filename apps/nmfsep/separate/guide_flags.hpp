#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flags/flags.hpp"
#include "nmfsep/guidance/guide.hpp"
#include "paint/project_file.hpp"

namespace nmfsep::cli {

/// The flags that say what a user has marked in the mixture.
class GuideFlags {
 public:
  void add_to(Flags& app);

  bool given() const { return !files_.empty(); }

  /// The files, without the names before them.
  std::vector<std::string> files() const;

  /// Reads the project of `paint` among the files, if there is one. Call before all below. Throws
  /// FileError, and InvalidArgument for a second one.
  void read_project();
  const std::optional<PaintProject>& project() const { return project_; }

  /// What all files say together, or null where they mark nothing. Throws FileError for a file that
  /// is neither labels nor a picture, or is damaged; InvalidArgument for a strength out of range,
  /// or one without a file.
  std::shared_ptr<const Guide> guide() const;

 private:
  std::vector<std::string> files_;
  std::optional<double> strength_;
  std::optional<PaintProject> project_;
};

}  // namespace nmfsep::cli
