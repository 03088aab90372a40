#include "onset/onset_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/guidance/label_file.hpp"

namespace nmfsep::cli {
namespace {

/// The number that a line is, beside blanks; nothing where it is something else.
std::optional<double> number_in(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  const std::size_t end = line.find_last_not_of(" \t\r") + 1;
  double number = 0;
  const auto result = std::from_chars(line.data() + begin, line.data() + end, number);
  if (result.ec != std::errc() || result.ptr != line.data() + end) return {};
  return number;
}

/// The times of a file that is a number a line; nothing where its first line is something else.
std::optional<std::vector<double>> bare_times(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::vector<double> times;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::optional<double> time = number_in(line);
    if (!time && times.empty()) return {};
    if (!time || !(*time >= 0 && *time <= 1e9))
      throw FileError(fmt::format("{}:{}: '{}' is no time in seconds", nmfsep::quoted(path), number,
                                  printable(line.substr(0, 40))));
    times.push_back(*time);
  }
  if (times.empty()) return {};
  return times;
}

}  // namespace

std::vector<double> read_onset_times(const std::filesystem::path& path, double seconds) {
  std::optional<std::vector<double>> times = bare_times(path);
  if (!times) {
    times.emplace();
    for (const Region& region : read_regions(path)) times->push_back(region.begin);
  }
  std::sort(times->begin(), times->end());
  if (times->back() > seconds)
    throw FileError(
        fmt::format("{}: an onset at {} s, but the recording ends after {:.2f} s; are "
                    "these the labels of another one?",
                    nmfsep::quoted(path), times->back(), seconds));
  return *times;
}

std::string onset_labels(const std::vector<Onset>& onsets) {
  std::string text;
  for (const Onset& onset : onsets)
    text += fmt::format("{0:.6f}\t{0:.6f}\t{1:.2f}\n", onset.time, onset.strength);
  return text;
}

std::string onset_csv(const std::vector<Onset>& onsets) {
  std::string text = "time,strength\n";
  for (const Onset& onset : onsets)
    text += fmt::format("{:.6f},{:.6f}\n", onset.time, onset.strength);
  return text;
}

}  // namespace nmfsep::cli
