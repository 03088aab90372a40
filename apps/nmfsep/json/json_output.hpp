#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

#include "console/console.hpp"
#include "nmfsep/core/pending_file.hpp"

namespace nmfsep::cli {

/// Keeps the order in which keys are written.
using Json = nlohmann::ordered_json;

/// The destination of --json. Opened before the work starts, so that a file that cannot be written
/// is known at once; the file appears whole or not at all.
class JsonOutput {
 public:
  /// `target` is a file, "-" for stdout, or empty for none. Throws FileError as PendingFile.
  JsonOutput(const std::string& target, Overwrite overwrite);

  /// Whether stdout belongs to the JSON, so that no table may go there.
  bool takes_stdout() const { return to_stdout_; }

  /// Writes `document`, indented or on one line, with null for numbers that JSON cannot hold.
  enum class Layout { indented, one_line };
  void write(const Json& document, Console& console, Layout layout = Layout::indented);

 private:
  bool to_stdout_;
  std::optional<PendingFile> file_;
};

/// A number for JSON: null where it is NaN or infinite.
Json number(double value);

}  // namespace nmfsep::cli
