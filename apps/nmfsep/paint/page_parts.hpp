#pragma once

#include <string>
#include <vector>

namespace nmfsep::cli {

/// A file of the page, which is in the program.
struct PagePart {
  std::string name;  ///< "page.html", "page.css", "main.js"
  std::string type;  ///< as HTTP calls it
  std::string text;
};

const std::vector<PagePart>& page_parts();

}  // namespace nmfsep::cli
