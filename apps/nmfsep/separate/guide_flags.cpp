#include "separate/guide_flags.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/guidance/label_file.hpp"
#include "nmfsep/guidance/picture_file.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr double usual_strength = 5;

/// NAME=FILE, or FILE alone.
struct GuideFile {
  std::string label;
  fs::path path;

  explicit GuideFile(const std::string& text) : path(text) {
    std::error_code ignored;
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || fs::exists(text, ignored)) return;
    label = text.substr(0, equals);
    path = text.substr(equals + 1);
  }
};

}  // namespace

void GuideFlags::add_to(Flags& app) {
  app.begin_group("Guidance");
  app.add_option("--guide", files_,
                 "What you know of the mixture (may be given again): a label file, whose regions "
                 "say NAME where a source is and !NAME where it never is; or a PNG of the "
                 "spectrogram's shape, white where the source of its name is, as in voice.png or "
                 "voice=FILE")
      ->one_value_each()
      ->type_name("[NAME=]FILE");
  app.add_option("--guide-strength", strength_,
                 fmt::format("Where one source is marked, the share of the others is divided by "
                             "e to so much (default: {})",
                             usual_strength))
      ->type_name("X");
}

std::vector<std::string> GuideFlags::files() const {
  std::vector<std::string> files;
  for (const std::string& text : files_) files.push_back(GuideFile(text).path);
  return files;
}

std::shared_ptr<const Guide> GuideFlags::guide() const {
  if (!given() && strength_)
    throw InvalidArgument("--guide-strength says how much --guide counts; give a file with it");
  if (!given()) return nullptr;
  auto guide = std::make_shared<Guide>(strength_.value_or(usual_strength));
  for (const std::string& text : files_) {
    const GuideFile file(text);
    const std::string name = nmfsep::quoted(file.path);
    if (is_picture(file.path)) {
      guide->add(read_picture(file.path),
                 file.label.empty() ? file.path.stem().string() : file.label, name);
      continue;
    }
    if (!file.label.empty())
      throw InvalidArgument(fmt::format(
          "--guide {}: is no PNG, and labels name their sources; leave out {}=", printable(text),
          printable(file.label)));
    guide->add(read_regions(file.path), name);
  }
  return guide;
}

}  // namespace nmfsep::cli
