#include "json_output.hpp"

#include <cmath>
#include <ostream>

#include "text_file.hpp"

namespace nmfsep::cli {

JsonOutput::JsonOutput(const std::string& target, Overwrite overwrite) : to_stdout_(target == "-") {
  if (!target.empty() && !to_stdout_) file_.emplace(target, overwrite);
}

void JsonOutput::write(const Json& document, Console& console) {
  // File names need not be UTF-8, JSON must be.
  const std::string text = document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (to_stdout_) console.out() << text;
  if (!file_) return;
  write_text(*file_, text);
  file_.reset();
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace nmfsep::cli
