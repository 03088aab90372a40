#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

namespace nmfsep::test {

/// What the scripts of a report's page read.
inline nlohmann::json data_of(const std::filesystem::path& page) {
  const std::string html = read_bytes(page);
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = html.find(open) + open.size();
  return nlohmann::json::parse(html.substr(begin, html.find("</script>", begin) - begin));
}

/// The fact under this heading; empty where there is none.
inline std::string fact(const nlohmann::json& data, const std::string& heading) {
  for (const auto& each : data["facts"])
    if (each[0] == heading) return each[1];
  return "";
}

}  // namespace nmfsep::test
