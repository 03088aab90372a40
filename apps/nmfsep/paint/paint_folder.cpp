#include "paint/paint_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "files/file_hash.hpp"
#include "files/output_folders.hpp"
#include "files/text_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "separate/separate_track.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

fs::path model_path(const SourceModel& model) {
  return fs::path("models") / (model->name + ".safetensors");
}

/// Files on their way into a folder, where all of them appear or none.
class PendingFiles {
 public:
  PendingFiles(fs::path folder, Overwrite overwrite)
      : folder_(std::move(folder)), overwrite_(overwrite) {}

  void add_text(const fs::path& name, const std::string& text) { fill_text(add(name), text); }

  void add_model(const fs::path& name, const SourceModel& model) {
    PendingFile& file = add(name);
    save_models(file.temporary(), std::span(&model, 1), Overwrite::replace);
  }

  void commit() {
    for (PendingFile& file : files_) file.commit();
    folders_.keep();
  }

 private:
  PendingFile& add(const fs::path& name) {
    folders_.add((folder_ / name).parent_path());
    return files_.emplace_back(folder_ / name, overwrite_);
  }

  fs::path folder_;
  Overwrite overwrite_;
  OutputFolders folders_;  // goes after the files that lie there
  std::vector<PendingFile> files_;
};

/// What the report tells of how it was made.
Json about(const PaintFolder::Sources& sources, const Marks& marks) {
  Json settings = {{"models", sources.model_files}, {"learn", sources.learn}};
  if (marks.guide) settings["guide_strength"] = marks.strength;
  return {{"format", "nmfsep-separation"}, {"version", 1},         {"program_version", version},
          {"command", "nmfsep paint"},     {"settings", settings}, {"tracks", Json::array()}};
}

}  // namespace

PaintFolder::PaintFolder(fs::path folder, Sources sources, Overwrite overwrite)
    : folder_(std::move(folder)), sources_(std::move(sources)), overwrite_(overwrite) {}

std::vector<std::string> PaintFolder::save(const Session& session, const Marks& marks,
                                           const Json& strokes, Console& console) {
  PaintProject project{session.mixture().path,
                       file_hash(session.mixture().path).value_or(""),
                       {},
                       sources_.learn,
                       session.job().nmf.seed,
                       marks,
                       strokes};
  std::vector<fs::path> files;
  for (const SourceModel& model : session.job().models) {
    project.models.push_back(model_path(model));
    files.push_back(folder_ / model_path(model));
  }
  for (const Mark& mark : marks.marks) files.push_back(folder_ / picture_of(mark));
  files.push_back(project_path());
  PendingFiles pending(folder_, overwrite_for(files));
  for (const SourceModel& model : session.job().models) pending.add_model(model_path(model), model);
  for (const Mark& mark : marks.marks) pending.add_text(picture_of(mark), mark.png);
  pending.add_text("project.json", to_json(project).dump(2) + "\n");
  if (marks.guide || !session.job().models.empty()) {
    const StemPlan stems = plan(session, false);
    separate(session, marks, stems, console);
    for (const auto& [what, file] : stems.files()) files.push_back(file);
  }
  pending.commit();
  return remember(files);
}

std::vector<std::string> PaintFolder::export_to(const Session& session, Console& console) {
  const Marks marks = session.marks();
  session.require_enough(marks);
  const StemPlan stems = plan(session, true);
  separate(session, marks, stems, console);
  std::vector<fs::path> files;
  for (const auto& [what, file] : stems.files()) files.push_back(file);
  return remember(files);
}

StemPlan PaintFolder::plan(const Session& session, bool with_report) const {
  StemRequest request{{{session.mixture().path}},
                      folder_,
                      NameTemplate("stems/{source}.{ext}"),
                      wanted_stems(session.names(), {}, "")};
  request.formats.emplace_back();
  StemPlan plan = plan_stems(request).front();
  if (!plan.fault.empty()) throw InvalidArgument(plan.fault);
  if (with_report) plan.pages[Page::report] = folder_ / "report.html";
  std::vector<fs::path> files;
  for (const auto& [what, file] : plan.files()) files.push_back(file);
  plan.overwrite = overwrite_for(files);
  return plan;
}

void PaintFolder::separate(const Session& session, const Marks& marks, const StemPlan& plan,
                           Console& console) const {
  SeparationJob job = session.job();
  job.guide = marks.guide;
  job.model_files = sources_.model_files;
  job.about = about(sources_, marks);
  separate_track(job, plan, console);
}

Overwrite PaintFolder::overwrite_for(const std::vector<fs::path>& files) const {
  if (overwrite_ == Overwrite::replace) return overwrite_;
  for (const fs::path& file : files) {
    std::error_code ignored;
    if (fs::exists(file, ignored) && !written_.contains(file))
      throw FileError(fmt::format(
          "{}: is there already, and this session did not write it; move it away, or start with "
          "another --project or with --overwrite",
          nmfsep::quoted(file)));
  }
  return written_.empty() ? Overwrite::refuse : Overwrite::replace;
}

std::vector<std::string> PaintFolder::remember(const std::vector<fs::path>& files) {
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    written_.insert(file);
    names.push_back(file.lexically_relative(folder_).generic_string());
  }
  return names;
}

}  // namespace nmfsep::cli
