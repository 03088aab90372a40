#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/core/descriptor.hpp"

namespace nmfsep::cli {

/// A file of JSON lines that tells what became of each input of a batch, so that the next run knows
/// what is left to do. Lines are only ever appended while a run lasts, so a run that is killed
/// loses no line but the one that it was writing. docs/batches.md describes the lines.
class Manifest {
 public:
  /// Of a run that goes on with it, or of one that only looks and leaves everything as it is.
  enum class Access { write, look };

  /// Reads the file, or makes it, and keeps other runs from it. A last line that was cut is
  /// dropped. Throws FileError when it cannot be read or written, is in use by another run, or has
  /// a line that is none of a manifest.
  Manifest(std::filesystem::path path, Access access);

  /// The last record that has `output` among its outputs, if there is one.
  std::optional<Json> last_of(const std::filesystem::path& output) const;

  /// Adds a line, which is on the disk when this returns. Safe to use from many threads. Throws
  /// FileError.
  void append(const Json& record);

  /// Writes the file anew with the records that still say something: the last of each output, and
  /// of each input without outputs. Call once, last. Throws FileError; then the file is as it was.
  void compact();

  /// The records that still say something, in the order in which they were written. Throws
  /// FileError as the constructor does, and where there is no file.
  static std::vector<Json> read_records(const std::filesystem::path& path);

  /// How a path stands in a record: from the root, and as UTF-8 whatever its bytes.
  static std::string spelling(const std::filesystem::path& path);

 private:
  void open();
  void lock();
  bool is_named() const;
  std::string read() const;
  void parse(const std::string& text);
  void remember(const Json& record);
  void write_line(const std::string& line);
  std::map<std::size_t, const std::string*> wanted() const;

  std::filesystem::path path_;
  Access access_;
  Descriptor descriptor_;  ///< none when the file is only looked at and not there
  /// A record as it is written: far smaller than as JSON in memory.
  struct Line {
    std::size_t number;
    std::string text;
  };

  mutable std::mutex mutex_;  ///< guards all below and the file's end
  std::size_t lines_ = 0;
  std::map<std::string, std::shared_ptr<const Line>> last_;  ///< by what `keys` answers
};

/// Of records of several manifests, the last on each output, and on each input without outputs, by
/// the time that they say; where two say the same the later in the list. In the list's order.
std::vector<Json> last_words(std::vector<Json> records);

}  // namespace nmfsep::cli
