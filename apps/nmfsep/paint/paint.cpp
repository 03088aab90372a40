#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "console/interrupt.hpp"
#include "files/file_hash.hpp"
#include "files/inputs.hpp"
#include "flags/commands.hpp"
#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "paint/demo.hpp"
#include "paint/http_server.hpp"
#include "paint/paint_folder.hpp"
#include "paint/paint_routes.hpp"
#include "separate/search_flags.hpp"
#include "separate/source_flags.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr double usual_strength = 5;

class Paint final : public Command {
 public:
  explicit Paint(Flags& parent);

 private:
  int execute(Console& console) override;
  void settle_inputs(Console& console);
  void open_project();
  SeparationJob job(Console& console) const;
  void serve(Session& session, PaintFolder& folder, Console& console) const;
  void tell_address(const std::string& address, JsonOutput& json, Console& console) const;

  std::string mixture_;
  std::vector<std::string> models_;
  std::vector<std::string> learn_;
  std::optional<double> strength_;
  std::optional<int> port_;
  std::string folder_;
  std::uint64_t seed_ = 0;
  bool is_demo_ = false;
  std::optional<PaintProject> project_;
  std::vector<SourceModel> demo_models_;
};

Paint::Paint(Flags& parent)
    : Command(parent, "paint",
              "Paint on a recording's spectrogram in a browser, and hear it separated") {
  app().add_option("mixture", mixture_, "The recording")->type_name("FILE");
  app()
      .add_option("-m,--model", models_,
                  "Model files: one, several with commas between them, or a pattern in quotes (may "
                  "be given again)")
      ->one_value_each()
      ->type_name("FILE");
  app()
      .add_option("-l,--learn", learn_,
                  "A source without a model, learnt from what is painted with so many atoms (may "
                  "be given again)")
      ->one_value_each()
      ->type_name("NAME=N");
  app()
      .add_option("--guide-strength", strength_,
                  fmt::format("Where one source is painted, the share of the others is divided by "
                              "e to so much (default: {})",
                              usual_strength))
      ->type_name("X");
  add_seed_flag(app(), seed_);
  app()
      .add_option("--project", folder_,
                  "Where the page saves and exports; a project that is there is opened (default: "
                  "the recording's name and -paint)")
      ->type_name("FOLDER")
      ->changes_no_result();
  app()
      .add_option("--port", port_, "Of the page's address (default: any that is free)")
      ->between(0, 65535)
      ->type_name("N")
      ->changes_no_result();
  app().add_flag("--demo", is_demo_, "Open the demo trio, with a guided tour");
  add_shared_flags();
  app().footer(
      "Examples:\n"
      "  nmfsep paint song.wav -m drums.safetensors -m bass.safetensors\n"
      "  nmfsep paint song.wav --learn voice=25 --learn rest=25 --project song\n"
      "  nmfsep separate song.wav --guide song/project.json -o out/\n"
      "  nmfsep paint --demo");
}

int Paint::execute(Console& console) {
  settle_inputs(console);
  SeparationJob job = this->job(console);
  PaintFolder folder(folder_, {learn_, models_}, project_ ? Overwrite::replace : overwrite());
  Marks marks = project_ ? project_->marks : Marks{};
  if (strength_ || !project_)
    marks = marks_of(strength_.value_or(usual_strength), std::move(marks.marks));
  PaintedMixture mixture = read_mixture(mixture_, job);
  Session session(std::move(job), std::move(mixture), std::move(marks));
  serve(session, folder, console);
  return interrupt_status();
}

/// What of a project, of the demo and of the flags counts.
void Paint::settle_inputs(Console& console) {
  if (is_demo_ && !(mixture_.empty() && models_.empty() && learn_.empty()))
    throw InvalidArgument("--demo opens its own recording and models; leave out others");
  if (!is_demo_ && mixture_.empty()) throw InvalidArgument("give a recording, or --demo");
  if (is_demo_) mixture_ = demo_folder() / "mixture.flac";
  if (folder_.empty())
    folder_ = is_demo_ ? "demo-paint" : fs::path(mixture_).stem().string() + "-paint";
  models_ = expand_files(models_);
  open_project();
  if (is_demo_ && !project_) demo_models_ = demo_models(demo_folder(), console);
  if (models_.empty() && learn_.empty() && demo_models_.empty())
    throw InvalidArgument(
        "nothing says what the sources are; give models with -m, or --learn NAME=N of each");
}

void Paint::open_project() {
  const fs::path path = fs::path(folder_) / "project.json";
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return;
  project_ = read_project(path);
  if (file_hash(mixture_) != project_->mixture_sha256)
    throw InvalidArgument(
        fmt::format("{}: was painted on another recording, {}; name another --project",
                    nmfsep::quoted(path), nmfsep::quoted(project_->mixture)));
  if (!app().was_given("--seed")) seed_ = project_->seed;
  if (!models_.empty() || !learn_.empty()) return;
  for (const fs::path& model : project_->models) models_.push_back(model.string());
  learn_ = project_->learn;
}

SeparationJob Paint::job(Console& console) const {
  SeparationJob job;
  job.models = demo_models_;
  for (const std::string& path : models_)
    for (SourceModel& model : load_models(path)) job.models.push_back(std::move(model));
  for (const std::string& text : learn_) job.learnt.push_back(learnt_source(text));
  std::vector<std::string> names;
  for (const SourceModel& model : job.models) names.push_back(model->name);
  for (const LearntSource& source : job.learnt) names.push_back(source.name);
  if (names.size() == 1)
    throw InvalidArgument(
        fmt::format("{}: one source alone would be given the whole recording; give the others' "
                    "models, or --learn rest=25 for what has none",
                    printable(names.front())));
  for (const std::string& name : names)
    if (name == "mixture")
      throw InvalidArgument("mixture: is what the page calls the whole; rename this source");
  SearchFlags search;
  job.nmf = search.search();
  job.nmf.seed = seed_;
  search.settle(job, !job.learnt.empty());
  search.settle_prior(job);
  console.detail(fmt::format("{} sources", names.size()));
  return job;
}

void Paint::serve(Session& session, PaintFolder& folder, Console& console) const {
  PaintRoutes::Opening opening;
  opening.strength = session.marks().strength;
  opening.is_demo = is_demo_;
  opening.was_saved = project_.has_value();
  if (project_) opening.strokes = project_->strokes;
  PaintRoutes routes(session, folder, std::move(opening), console);
  JsonOutput json(json_target(), overwrite());
  stop_without_haste();  // files on their way are finished or taken back
  HttpServer server(port_.value_or(0),
                    [&routes](const HttpRequest& request) { return routes(request); });
  tell_address(server.address(), json, console);
  while (!interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  session.stop();
}

void Paint::tell_address(const std::string& address, JsonOutput& json, Console& console) const {
  json.write(
      {{"format", "nmfsep-paint"}, {"version", 1}, {"address", address}, {"folder", folder_}},
      console, JsonOutput::Layout::one_line);
  if (!json.takes_stdout()) console.out() << address << '\n';
  console.out() << std::flush;
  console.note("open this address in a browser; Ctrl-C ends");
}

}  // namespace

std::unique_ptr<Command> make_paint(Flags& app) { return std::make_unique<Paint>(app); }

}  // namespace nmfsep::cli
