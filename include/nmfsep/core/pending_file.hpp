#pragma once

#include <filesystem>

#include "nmfsep/core/descriptor.hpp"

namespace nmfsep {

/// What to do when an output file is there already.
enum class Overwrite { refuse, replace };

/// An output file that appears whole or not at all. The caller writes to `temporary()`, a fresh
/// file beside the final name; `commit()` flushes it to disk and renames it. Without a commit the
/// destructor removes the temporary, so that a failure or an exception leaves nothing behind. What
/// a killed process leaves is removed by the next PendingFile of that name.
class PendingFile {
 public:
  /// Creates the temporary file. Throws FileError when `final_path` exists and `overwrite` is
  /// refuse, when it is a folder, when its folder does not exist or cannot be written, or while
  /// another PendingFile of that name exists, in this process or in another.
  PendingFile(std::filesystem::path final_path, Overwrite overwrite);
  ~PendingFile();
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&& other) noexcept;

  const std::filesystem::path& temporary() const { return temporary_; }
  const std::filesystem::path& final_path() const { return final_path_; }

  /// Flushes the data, renames, flushes the folder. With `Overwrite::refuse` a file that has
  /// appeared under the final name meanwhile is left alone. Throws FileError.
  void commit();

  /// Removes the temporaries of all PendingFiles of this process, for one that is about to end
  /// without their destructors. Async-signal-safe. Where there is no /proc they stay, for the next
  /// run to remove.
  static void discard_all() noexcept;

 private:
  void discard() noexcept;

  std::filesystem::path final_path_;
  std::filesystem::path temporary_;  ///< empty once committed or moved from
  Descriptor lock_;                  ///< of the temporary, which tells it from a leftover
  Overwrite overwrite_;
};

}  // namespace nmfsep
