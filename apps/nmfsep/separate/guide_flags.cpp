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
                 "say NAME where a source is and !NAME where it never is; a PNG of the "
                 "spectrogram's shape, white where the source of its name is, as in voice.png or "
                 "voice=FILE; or the project.json that paint saved, with its models")
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

void GuideFlags::read_project() {
  for (const std::string& text : files_) {
    const GuideFile file(text);
    if (!looks_like_project(file.path)) continue;
    if (project_)
      throw InvalidArgument(
          fmt::format("--guide {}: is a second project; give one of them", printable(text)));
    if (!file.label.empty())
      throw InvalidArgument(fmt::format("--guide {}: a project names its sources; leave out {}=",
                                        printable(text), printable(file.label)));
    project_ = cli::read_project(file.path);
  }
}

std::shared_ptr<const Guide> GuideFlags::guide() const {
  if (!given() && strength_)
    throw InvalidArgument("--guide-strength says how much --guide counts; give a file with it");
  if (!given()) return nullptr;
  const double own = project_ ? project_->marks.strength : usual_strength;
  auto guide = std::make_shared<Guide>(strength_.value_or(own));
  if (project_ && project_->marks.marks.empty() && files_.size() == 1) return nullptr;
  for (const std::string& text : files_) {
    const GuideFile file(text);
    const std::string name = nmfsep::quoted(file.path);
    if (looks_like_project(file.path)) {
      for (const Mark& mark : project_->marks.marks)
        guide->add(parse_picture(mark.png, name), mark.label(), name);
      continue;
    }
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
