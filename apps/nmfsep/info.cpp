#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "commands.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/models/model_file.hpp"
#include "options.hpp"

namespace nmfsep::cli {
namespace {

std::string describe(const std::string& path, const Dictionary& dictionary) {
  const TrainingRecord& training = dictionary.training;
  return fmt::format(
      "{}: source '{}'\n"
      "  dictionary   {} atoms × {} bins\n"
      "  analysis     {}\n"
      "  trained on   {:.1f} s in {} file{}\n"
      "  training     {}, {} updates, divergence {} = {:.6g}, seed {}\n"
      "  written by   nmfsep {}\n",
      printable(path), dictionary.name, dictionary.W.cols(), dictionary.W.rows(),
      nmfsep::describe(dictionary.analysis), training.seconds, training.files,
      training.files == 1 ? "" : "s", printable(training.method), training.iterations,
      printable(training.divergence), training.final_cost, training.seed,
      printable(training.program_version));
}

Json to_json(const std::string& path, const Dictionary& dictionary) {
  const TrainingRecord& training = dictionary.training;
  return {{"model", path},
          {"source", dictionary.name},
          {"components", dictionary.W.cols()},
          {"bins", dictionary.W.rows()},
          {"analysis", cli::to_json(dictionary.analysis)},
          {"training",
           {{"method", training.method},
            {"divergence", training.divergence},
            {"iterations", training.iterations},
            {"seed", training.seed},
            {"final_cost", number(training.final_cost)},
            {"seconds", number(training.seconds)},
            {"files", training.files},
            {"program_version", training.program_version}}}};
}

class Info final : public Command {
 public:
  explicit Info(CLI::App& parent) : Command(parent, "info", "Say what is in model files") {
    app().add_option("models", models_, "Model files")->required();
    add_shared_flags();
    app().footer("Example:\n  nmfsep info bass.safetensors");
  }

 private:
  int execute(Console& console) override {
    check_outputs(models_, {});
    JsonOutput json(json_target(), overwrite());
    Json sources = Json::array();
    for (const auto& path : models_)
      for (const Dictionary& dictionary : load_models(path)) {
        if (!json.takes_stdout()) console.out() << describe(path, dictionary);
        sources.push_back(to_json(path, dictionary));
      }
    json.write({{"format", "nmfsep-info"}, {"version", 1}, {"sources", sources}}, console);
    return 0;
  }

  std::vector<std::string> models_;
};

}  // namespace

std::unique_ptr<Command> make_info(CLI::App& app) { return std::make_unique<Info>(app); }

}  // namespace nmfsep::cli
