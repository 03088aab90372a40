#pragma once

#include <string>

#include "json/json_output.hpp"

namespace nmfsep::cli {

/// The page that shows and plays `data`: one file, which fetches nothing. No text in it becomes
/// markup: what stands between tags is escaped, what scripts read is JSON without <, > and &, and
/// no script runs but the page's own, whose hash its content security policy names.
std::string page_of(const std::string& title, const std::string& subtitle, const Json& data);

}  // namespace nmfsep::cli
