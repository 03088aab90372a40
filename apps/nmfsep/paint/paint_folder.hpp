#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "console/console.hpp"
#include "nmfsep/core/pending_file.hpp"
#include "paint/project_file.hpp"
#include "paint/session.hpp"

namespace nmfsep::cli {

/// The folder into which a session is saved and its stems are exported. Each time all files appear
/// or none. Files that it wrote before, or found in a project that it opened, are replaced; others
/// are left alone. Used by one thread at a time.
class PaintFolder {
 public:
  /// How the sources were named on the command line, for who separates again.
  struct Sources {
    std::vector<std::string> learn;
    std::vector<std::string> model_files;
  };

  PaintFolder(std::filesystem::path folder, Sources sources, Overwrite overwrite);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path project_path() const { return folder_ / "project.json"; }

  /// From now on its files are this session's own.
  void adopt() { overwrite_ = Overwrite::replace; }

  /// Writes project.json, marks, models, and stems where there is enough to separate; answers what
  /// was written, below the folder. Throws FileError, InvalidArgument, Cancelled.
  std::vector<std::string> save(const Session& session, const Marks& marks, const Json& strokes,
                                Console& console);

  /// Writes the stems that `separate` would, and a report.
  std::vector<std::string> export_to(const Session& session, Console& console);

 private:
  Overwrite overwrite_for(const std::vector<std::filesystem::path>& files) const;
  StemPlan plan(const Session& session, bool with_report) const;
  void separate(const Session& session, const Marks& marks, const StemPlan& plan,
                Console& console) const;
  std::vector<std::string> remember(const std::vector<std::filesystem::path>& files);

  std::filesystem::path folder_;
  Sources sources_;
  Overwrite overwrite_;
  std::set<std::filesystem::path> written_;
};

}  // namespace nmfsep::cli
