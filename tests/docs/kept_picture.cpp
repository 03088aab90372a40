#include "kept_picture.hpp"

#include <fmt/format.h>

#include <fstream>
#include <regex>

#include "nmfsep/guidance/picture_file.hpp"
#include "nmfsep/render/raster.hpp"
#include "support/bytes.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;

constexpr double most_difference = 0.02;

/// The first groups of all matches.
std::vector<std::string> all_of(const std::string& text, const std::string& expression) {
  const std::regex regex(expression);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at)
    found.push_back((*at)[1]);
  return found;
}

/// Maps as PNG in base64 between quotes, without the expression engine, which would recurse.
std::vector<std::string> maps_in(const std::string& svg) {
  const std::string mark = "data:image/png;base64,";
  std::vector<std::string> maps;
  for (std::size_t at = svg.find(mark); at != std::string::npos; at = svg.find(mark, at)) {
    at += mark.size();
    maps.push_back(from_base64(svg.substr(at, svg.find('"', at) - at)));
  }
  return maps;
}

std::string without_maps(std::string svg) {
  const std::string mark = "base64,";
  for (std::size_t at = svg.find(mark); at != std::string::npos; at = svg.find(mark, at)) {
    at += mark.size();
    svg.erase(at, svg.find('"', at) - at);
  }
  return svg;
}

}  // namespace

std::vector<KeptPicture> kept_pictures(const fs::path& document) {
  const std::string text = read_bytes(document);
  const std::regex regex(R"(<!-- picture (\S+) -->\n!\[[^\]]*\]\((\S+)\))");
  std::vector<KeptPicture> pictures;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at)
    pictures.push_back({(*at)[1], (*at)[2]});
  return pictures;
}

std::string difference_of(const fs::path& kept, const fs::path& made) {
  const std::string a = read_bytes(kept);
  const std::string b = read_bytes(made);
  if (all_of(without_maps(a), ">([^<>]+)<") != all_of(without_maps(b), ">([^<>]+)<"))
    return "their words differ";
  const std::vector<std::string> first = maps_in(a);
  const std::vector<std::string> second = maps_in(b);
  if (first.size() != second.size()) return "they have not as many maps";
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Matrix x = parse_picture(first[i], "kept").sure;
    const Matrix y = parse_picture(second[i], "made").sure;
    if (x.rows() != y.rows() || x.cols() != y.cols()) return fmt::format("map {}: its size", i + 1);
    const double difference = (x - y).cwiseAbs().cast<double>().mean();
    if (!(difference <= most_difference))
      return fmt::format("map {}: by {:.3f} on average", i + 1, difference);
  }
  return "";
}

}  // namespace nmfsep::test
