#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nmfsep/guidance/region.hpp"

namespace nmfsep {

/// A line of a label file and where it stands, for messages.
class LabelLine {
 public:
  /// `name` must outlive it.
  LabelLine(const std::string& name, int number, std::string_view text)
      : name_(&name), number_(number), text_(text) {}

  std::string_view text() const { return text_; }
  int number() const { return number_; }

  /// The text between separators.
  std::vector<std::string> split(char separator) const;
  /// The same of a line of comma-separated values, where a field may stand in double quotes and
  /// hold two of them for one (RFC 4180).
  std::vector<std::string> split_quoted(char separator) const;

  /// A finite number. `field` is what messages call it.
  double number(std::string_view text, std::string_view field) const;
  /// Throws unless its times and frequencies can be, and it has a label.
  Region validated(Region region) const;

  /// Throws FileError "name:line: what".
  [[noreturn]] void fail(const std::string& what) const;

 private:
  const std::string* name_;
  int number_;
  std::string_view text_;
};

/// Those that hold more than blanks, without the marks at their ends.
std::vector<LabelLine> label_lines(std::string_view text, const std::string& name);

/// The formats: whether a file begins so, and its regions.
bool is_raven_title(const LabelLine& first);
std::vector<Region> raven_regions(const std::vector<LabelLine>& lines);
bool is_box_line(const LabelLine& first);
std::vector<Region> box_regions(const std::vector<LabelLine>& lines);
bool is_audacity_line(const LabelLine& first);
std::vector<Region> audacity_regions(const std::vector<LabelLine>& lines);

}  // namespace nmfsep
