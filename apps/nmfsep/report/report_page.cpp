#include "report/report_page.hpp"

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "nmfsep/core/sha256.hpp"
#include "nmfsep/render/canvas.hpp"
#include "report_page_parts.hpp"

namespace nmfsep::cli {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string>>;

/// `page` with each {{name}} replaced, in one walk, so that nothing in a value is a field.
std::string filled(std::string_view page, const Fields& fields) {
  std::string result;
  for (std::size_t at = 0;;) {
    const std::size_t open = page.find("{{", at);
    result += page.substr(at, open - at);
    if (open == std::string_view::npos) return result;
    const std::size_t close = page.find("}}", open);
    const std::string_view name = page.substr(open + 2, close - open - 2);
    for (const auto& [field, value] : fields)
      if (field == name) result += value;
    at = close + 2;
  }
}

/// As content security policies spell it.
std::string hash_of(const std::string& script) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(script)));
  const std::string digits = hash.hex_digest();
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return base64(bytes);
}

/// JSON that ends no script element and begins no markup.
std::string inert(const std::string& json) {
  std::string result;
  for (const char c : json) {
    if (c == '<')
      result += "\\u003c";
    else if (c == '>')
      result += "\\u003e";
    else if (c == '&')
      result += "\\u0026";
    else
      result += c;
  }
  return result;
}

}  // namespace

std::string page_of(const std::string& title, const std::string& subtitle, const Json& data) {
  const std::string script = "'use strict';\n" + std::string(transport_script) + player_script +
                             versions_script + page_script;
  return filled(page_markup,
                {{"title", escape_markup(title)},
                 {"subtitle", escape_markup(subtitle)},
                 {"style", page_style},
                 {"hash", hash_of(script)},
                 {"data", inert(data.dump(-1, ' ', false, Json::error_handler_t::replace))},
                 {"script", script}});
}

}  // namespace nmfsep::cli
