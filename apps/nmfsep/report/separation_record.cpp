#include "report/separation_record.hpp"

#include <fmt/format.h>

#include <fstream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

using Facts = std::vector<std::pair<std::string, std::string>>;

/// A text as it is, anything else as JSON spells it.
std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void add_all(const char* heading, const Json& object, Facts& facts) {
  std::string text;
  for (const auto& [key, value] : object.items())
    if (!value.is_null() && !(value.is_array() && value.empty()))
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, plain(value));
  if (!text.empty()) facts.emplace_back(heading, text);
}

bool lies_in(const Json& track, const fs::path& folder) {
  if (!track.is_object() || !track.contains("outputs") || !track["outputs"].is_object())
    return false;
  std::error_code ignored;
  for (const Json& output : track["outputs"])
    if (output.is_string() &&
        fs::weakly_canonical(fs::path(output.get<std::string>()).parent_path(), ignored) == folder)
      return true;
  return false;
}

}  // namespace

Json read_separation(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw FileError(fmt::format("{}: cannot be opened", nmfsep::quoted(path)));
  const Json document = Json::parse(file, nullptr, false);
  if (!document.is_object() || document.value("format", Json()) != "nmfsep-separation" ||
      !document.contains("tracks") || !document["tracks"].is_array())
    throw FileError(
        fmt::format("{}: is not what separate --json writes; name that", nmfsep::quoted(path)));
  return document;
}

Json record_of(const Json& separation, const fs::path& stems, const fs::path& file) {
  std::error_code ignored;
  const fs::path folder = fs::weakly_canonical(stems, ignored);
  for (const Json& track : separation["tracks"])
    if (lies_in(track, folder.has_filename() ? folder : folder.parent_path())) return track;
  throw FileError(fmt::format("{}: tells of no track with stems in {}; name the file of that run",
                              nmfsep::quoted(file), nmfsep::quoted(stems)));
}

Facts facts_of(const Json& separation, const Json& record) {
  Facts facts;
  if (!separation.is_object()) return facts;
  for (const auto& [key, heading] :
       {std::pair{"command", "Command"}, std::pair{"program_version", "Separated by nmfsep"}})
    if (separation.contains(key)) facts.emplace_back(heading, plain(separation[key]));
  if (separation.contains("settings") && separation["settings"].is_object())
    add_all("Settings", separation["settings"], facts);
  if (record.contains("analysis") && record["analysis"].is_object())
    add_all("Analysis", record["analysis"], facts);
  if (record.contains("residual_dbfs"))
    facts.emplace_back("Mixture without its stems",
                       record["residual_dbfs"].is_number()
                           ? fmt::format("{:.1f} dBFS", record["residual_dbfs"].get<double>())
                           : "nothing");
  return facts;
}

}  // namespace nmfsep::cli
