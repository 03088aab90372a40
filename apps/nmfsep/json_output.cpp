#include "json_output.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <ostream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

JsonOutput::JsonOutput(const std::string& target, Overwrite overwrite) : to_stdout_(target == "-") {
  if (!target.empty() && !to_stdout_) file_.emplace(target, overwrite);
}

void JsonOutput::write(const Json& document, Console& console) {
  // File names need not be UTF-8, JSON must be.
  const std::string text = document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (to_stdout_) console.out() << text;
  if (!file_) return;
  std::ofstream stream(file_->temporary(), std::ios::binary);
  stream << text << std::flush;
  if (!stream)
    throw FileError(fmt::format("{}: cannot write: disk full?", quoted(file_->final_path())));
  stream.close();
  file_->commit();
  file_.reset();
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace nmfsep::cli
