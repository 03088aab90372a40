// Linux's files about memory enter here: /proc/meminfo counts in KiB, control groups in bytes, and
// those without a limit say "max" or have no such file.
#include "separate/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// The number at the start of the line behind `label` in the file; with no label, of the file.
std::optional<double> number_in(const std::string& path, const std::string& label = "") {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(label)) continue;
    std::string_view text = std::string_view(line).substr(label.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    double value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec == std::errc()) return value;
    return std::nullopt;
  }
  return std::nullopt;
}

/// What the control group of this process, of version 2, and all around it leave.
std::optional<double> group_memory() {
  constexpr std::string_view mark = "0::";
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line) && !line.starts_with(mark)) {
  }
  if (!line.starts_with(mark)) return std::nullopt;
  std::optional<double> least;
  for (std::string group = line.substr(mark.size());; group.resize(group.rfind('/'))) {
    const std::string folder = "/sys/fs/cgroup" + (group == "/" ? "" : group);
    const auto limit = number_in(folder + "/memory.max");
    const auto used = number_in(folder + "/memory.current");
    if (limit && used) least = std::min(least.value_or(*limit), std::max(0.0, *limit - *used));
    if (group.rfind('/') == std::string::npos) return least;
  }
}

}  // namespace

std::optional<double> available_memory() {
  std::optional<double> available = number_in("/proc/meminfo", "MemAvailable:");
  if (available) *available *= 1024;
  const std::optional<double> group = group_memory();
  if (available && group) return std::min(*available, *group);
  return available ? available : group;
}

double parse_size(const std::string& text) {
  constexpr std::string_view units = "KMGT";
  double value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  double factor = 1;
  const char* rest = parsed.ptr;
  if (rest < end && units.find(*rest) != std::string_view::npos)
    for (std::size_t i = 0; i <= units.find(*parsed.ptr); ++i) factor *= 1024;
  if (factor > 1) ++rest;
  if (parsed.ec != std::errc() || rest != end || !(value * factor >= 1 && value * factor < 1e18))
    throw InvalidArgument(
        fmt::format("--max-memory {}: must be a size, as in 800M or 4G", printable(text)));
  return value * factor;
}

}  // namespace nmfsep::cli
