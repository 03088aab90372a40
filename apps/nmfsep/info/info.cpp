#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "flags/commands.hpp"
#include "flags/options.hpp"
#include "info/detector.hpp"
#include "info/probabilities.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/shell_word.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/model_file.hpp"

namespace nmfsep::cli {
namespace {

/// " (over-relaxed, tolerance 1e-05)", as far as it is known.
std::string describe_steps(const TrainingRecord& training) {
  if (training.solver.empty() && !training.tolerance) return "";
  std::string steps = printable(training.solver);
  if (training.tolerance)
    steps += fmt::format("{}tolerance {}", steps.empty() ? "" : ", ", *training.tolerance);
  return fmt::format(" ({})", steps);
}

std::string describe(const std::string& path, const SourceModel& model) {
  const ModelHeader& header = *model;
  const TrainingRecord& training = header.training;
  std::string facts;
  for (const auto& [heading, text] : model->facts())
    facts += fmt::format("  {:<12} {}\n", heading, text);
  return fmt::format(
      "{}: source '{}'\n"
      "  model        {}: {} {} × {} bins\n"
      "{}"
      "  analysis     {}\n"
      "  trained on   {:.1f} s of {:.1f} in {} file{}\n"
      "  training     {}, {}{}\n"
      "  separation   mask exponent {}, {} updates{}{}\n"
      "  written by   nmfsep {}\n",
      printable(path), header.name, model->describe_kind(), model->components(),
      model->component_word(), bins_of(header.analysis), facts, describe_sight(header),
      training.seconds, training.available_seconds, training.files, training.files == 1 ? "" : "s",
      printable(training.method), model->describe_training(), describe_steps(training),
      header.objective.mask_exponent, header.mixture_iterations,
      header.prior.empty() ? "" : ", prior " + header.prior, header.exact ? ", exact search" : "",
      printable(training.program_version));
}

Json to_json(const std::string& path, const SourceModel& model) {
  const TrainingRecord& training = model->training;
  return {{"model", path},
          {"facts", facts_json(model->facts())},
          {"source", model->name},
          {"kind", model->kind()},
          {"components", model->components()},
          {"bins", bins_of(model->analysis)},
          {"context", model->context()},
          {"members", model->members()},
          {"analysis", cli::to_json(model->analysis, model->objective.magnitude_exponent)},
          {"separation",
           {{"mask_exponent", model->objective.mask_exponent},
            {"iterations", model->mixture_iterations},
            {"exact", model->exact},
            {"prior", model->prior.empty() ? Json(nullptr) : Json(model->prior)}}},
          {"training",
           {{"method", training.method},
            {"divergence", to_string(model->objective.divergence)},
            {"iterations", training.iterations},
            {"solver", training.solver.empty() ? Json(nullptr) : Json(training.solver)},
            {"tolerance", training.tolerance ? Json(*training.tolerance) : Json(nullptr)},
            {"seed", training.seed},
            {"final_cost", number(training.final_cost)},
            {"seconds", number(training.seconds)},
            {"available_seconds", number(training.available_seconds)},
            {"files", training.files},
            {"audio", cli::to_json(training.audio)},
            {"command", training.command.empty() ? Json(nullptr) : Json(training.command)},
            {"program_version", training.program_version}}}};
}

/// The commands that make a file of these models anew, a line each.
std::string commands_of(const std::string& path, const std::vector<SourceModel>& models) {
  std::string text;
  std::string parts;
  bool alike = true;
  for (const SourceModel& model : models) {
    const std::string& command = model->training.command;
    if (command.empty())
      throw ModelFileError(fmt::format(
          "{}: source '{}' has no command, as models of nmfsep 0.1 and of the library have none",
          nmfsep::quoted(path), model->name));
    alike = alike && command == models.front()->training.command;
    if (command.starts_with("nmfsep separate ")) return command + "\n";  // it names all its files
    const std::string part = shell_word(model->name + ".safetensors");
    if (text.find(command + " -o ") == std::string::npos)
      text += fmt::format("{} -o {}\n", command, part);
    parts += " " + part;
  }
  if (alike) return fmt::format("{} -o {}\n", models.front()->training.command, shell_word(path));
  return text + fmt::format("nmfsep bundle{} -o {}\n", parts, shell_word(path));
}

class Info final : public Command {
 public:
  explicit Info(Flags& parent)
      : Command(parent, "info", "Say what is in model files and onset detectors") {
    app().add_option("models", models_, "Model files")->required()->type_name("MODEL");
    app().add_flag("--command", command_,
                   "Print the command that made each file, which makes the same bits of the same "
                   "recordings");
    app().add_flag("--probabilities", probabilities_,
                   "Print each atom of a dictionary as p(f|z): where it is highest, and its "
                   "entropy");
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep info bass.safetensors\n"
        "  nmfsep info --command bass.safetensors");
  }

 private:
  int execute(Console& console) override {
    if (command_ && probabilities_)
      throw InvalidArgument("--command and --probabilities print different things; give one");
    check_outputs(models_, {});
    JsonOutput json(json_target(), overwrite());
    Json sources = Json::array();
    Json detectors = Json::array();
    for (const auto& path : models_) {
      const std::string text =
          is_onset_detector(path) ? tell_detector(path, detectors) : tell_models(path, sources);
      if (!json.takes_stdout()) console.out() << text;
    }
    json.write(
        {{"format", "nmfsep-info"}, {"version", 1}, {"sources", sources}, {"detectors", detectors}},
        console);
    return 0;
  }

  /// Adds a file's sources to `sources`, and says what was asked for.
  std::string tell_models(const std::string& path, Json& sources) const {
    const std::vector<SourceModel> models = load_models(path);
    std::string text = command_ ? commands_of(path, models) : "";
    for (const SourceModel& model : models) {
      if (!command_) text += probabilities_ ? probabilities_of(path, model) : describe(path, model);
      sources.push_back(to_json(path, model));
    }
    return text;
  }

  /// The same of an onset detector.
  std::string tell_detector(const std::string& path, Json& detectors) const {
    const OnsetDetector detector = load_onset_detector(path);
    if (probabilities_)
      throw InvalidArgument(
          fmt::format("--probabilities: {}: an onset detector has no atoms", nmfsep::quoted(path)));
    detectors.push_back(detector_json(path, detector));
    return command_ ? command_of_detector(path, detector) : describe_detector(path, detector);
  }

  std::vector<std::string> models_;
  bool command_ = false;
  bool probabilities_ = false;
};

}  // namespace

std::unique_ptr<Command> make_info(Flags& app) { return std::make_unique<Info>(app); }

}  // namespace nmfsep::cli
