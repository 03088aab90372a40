#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "flags/commands.hpp"
#include "flags/options.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/model_file.hpp"

namespace nmfsep::cli {
namespace {

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
      "  training     {}, {} updates, divergence {} = {:.6g}, seed {}\n"
      "  separation   mask exponent {}, {} updates\n"
      "  written by   nmfsep {}\n",
      printable(path), header.name, model->describe_kind(), model->components(),
      model->kind() == "autoencoder" ? "units" : "atoms", bins_of(header.analysis), facts,
      describe_sight(header), training.seconds, training.available_seconds, training.files,
      training.files == 1 ? "" : "s", printable(training.method), training.iterations,
      to_string(header.objective.divergence), training.final_cost, training.seed,
      header.objective.mask_exponent, header.mixture_iterations,
      printable(training.program_version));
}

Json to_json(const std::string& path, const SourceModel& model) {
  const TrainingRecord& training = model->training;
  Json facts = Json::object();
  for (const auto& [heading, text] : model->facts()) facts[heading] = text;
  return {{"model", path},
          {"facts", facts},
          {"source", model->name},
          {"kind", model->kind()},
          {"components", model->components()},
          {"bins", bins_of(model->analysis)},
          {"context", model->context()},
          {"members", model->members()},
          {"analysis", cli::to_json(model->analysis, model->objective.magnitude_exponent)},
          {"separation",
           {{"mask_exponent", model->objective.mask_exponent},
            {"iterations", model->mixture_iterations}}},
          {"training",
           {{"method", training.method},
            {"divergence", to_string(model->objective.divergence)},
            {"iterations", training.iterations},
            {"seed", training.seed},
            {"final_cost", number(training.final_cost)},
            {"seconds", number(training.seconds)},
            {"available_seconds", number(training.available_seconds)},
            {"files", training.files},
            {"program_version", training.program_version}}}};
}

class Info final : public Command {
 public:
  explicit Info(Flags& parent) : Command(parent, "info", "Say what is in model files") {
    app().add_option("models", models_, "Model files")->required()->type_name("MODEL");
    add_shared_flags();
    app().footer("Example:\n  nmfsep info bass.safetensors");
  }

 private:
  int execute(Console& console) override {
    check_outputs(models_, {});
    JsonOutput json(json_target(), overwrite());
    Json sources = Json::array();
    for (const auto& path : models_)
      for (const SourceModel& model : load_models(path)) {
        if (!json.takes_stdout()) console.out() << describe(path, model);
        sources.push_back(to_json(path, model));
      }
    json.write({{"format", "nmfsep-info"}, {"version", 1}, {"sources", sources}}, console);
    return 0;
  }

  std::vector<std::string> models_;
};

}  // namespace

std::unique_ptr<Command> make_info(Flags& app) { return std::make_unique<Info>(app); }

}  // namespace nmfsep::cli
