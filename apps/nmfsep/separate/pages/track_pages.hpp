#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "files/output_folders.hpp"
#include "nmfsep/core/pending_file.hpp"
#include "separate/pages/report_findings.hpp"
#include "separate/pages/separation_pictures.hpp"
#include "separate/separate_track.hpp"

namespace nmfsep::cli {

/// A separation that came to its end, whose stems have no names yet.
struct FinishedSeparation {
  const SeparationReport& report;
  const Json& record;  ///< as --json tells it
  const std::vector<std::filesystem::path>& stems;
};

/// The pages of one input on their way to disk, where all of them appear or none.
class TrackPages {
 public:
  /// Makes folders and temporary files. `job` and `plan` must outlive it. Throws FileError.
  TrackPages(const SeparationJob& job, const StemPlan& plan, const Analysis& analysis);

  /// Takes the next frames.
  void take(const ExplainedFrames& frames);

  /// Fills the files. Throws FileError, Cancelled.
  void make(const FinishedSeparation& finished, Console& console);

  /// Gives them their names.
  void commit();

 private:
  std::string report(const FinishedSeparation& finished, Console& console) const;
  std::string plots(const FinishedSeparation& finished, Console& console) const;

  const SeparationJob& job_;
  const StemPlan& plan_;
  OutputFolders folders_;
  std::map<Page, PendingFile> files_;
  std::optional<ReportFindings> findings_;
  std::optional<SeparationPictures> pictures_;
};

}  // namespace nmfsep::cli
