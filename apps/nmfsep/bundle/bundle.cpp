#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "flags/commands.hpp"
#include "flags/options.hpp"
#include "json/json_output.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"

namespace nmfsep::cli {
namespace {

class Bundle final : public Command {
 public:
  explicit Bundle(Flags& parent)
      : Command(parent, "bundle", "Put models of equal analysis into one file") {
    app().add_option("models", models_, "Model files")->required()->type_name("MODEL");
    add_model_output_flag(app(), output_);
    add_shared_flags();
    app().footer(
        "Example:\n"
        "  nmfsep bundle drums.safetensors bass.safetensors -o band.safetensors");
  }

 private:
  int execute(Console& console) override {
    check_outputs(models_, {output_});
    require_model_name(output_);
    JsonOutput json(json_target(), overwrite());
    std::vector<SourceModel> models;
    for (const auto& path : models_)
      for (SourceModel& model : load_models(path)) models.push_back(std::move(model));
    save_models(output_, models, overwrite());
    Json names = Json::array();
    for (const SourceModel& model : models) names.push_back(model->name);
    if (!json.takes_stdout())
      console.out() << fmt::format("{}: {} source{}\n", printable(output_), models.size(),
                                   models.size() == 1 ? "" : "s");
    json.write(
        {{"format", "nmfsep-bundle"}, {"version", 1}, {"model", output_}, {"sources", names}},
        console);
    return 0;
  }

  std::vector<std::string> models_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_bundle(Flags& app) { return std::make_unique<Bundle>(app); }

}  // namespace nmfsep::cli
