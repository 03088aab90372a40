#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nmfsep/guidance/region.hpp"

namespace nmfsep {

/// How programs store the regions that people mark.
enum class LabelFormat {
  audacity,  ///< begin ⇥ end ⇥ label; then, of spectral labels, a line \ ⇥ low ⇥ high
  raven,     ///< a table with a line of titles, a row a view of a selection
  sonic_visualiser,  ///< START,END,EXTENT START,EXTENT END,LABEL, with that line or without
};

/// "Audacity labels", …
std::string to_string(LabelFormat format);

/// The regions of a file of any format above, recognised by its first line and never by its name.
/// Throws FileError naming file, line and value for what is not such a file: no text, more than 16
/// MB, a time or a frequency that is no number, is negative or ends before it begins, a region
/// without a label, and no region at all.
std::vector<Region> read_regions(const std::filesystem::path& path);

/// The same of a text; `name` is how messages call it.
std::vector<Region> parse_regions(std::string_view text, const std::string& name);

}  // namespace nmfsep
