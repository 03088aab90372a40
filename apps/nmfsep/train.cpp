#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/trainer.hpp"
#include "options.hpp"
#include "training_output.hpp"

namespace nmfsep::cli {
namespace {

constexpr Index usual_exemplars = 400;
constexpr int usual_convolutive_context = 5;

class Train final : public Command {
 public:
  explicit Train(Flags& parent)
      : Command(parent, "train", "Learn a source's dictionary from recordings of it alone") {
    app()
        .add_option("files", files_, "Audio files of the source alone")
        ->required()
        ->type_name("FILE");
    add_model_output_flag(app(), output_);
    app()
        .add_option("-n,--name", name_,
                    "The source's name (default: the output's, without .safetensors)")
        ->type_name("NAME");
    app()
        .add_option("--method", method_,
                    "nmf learns atoms; exemplars takes frames of the files as they are, with more "
                    "atoms a better model of speech; convolutive learns atoms of several frames "
                    "(default: nmf)")
        ->type_name("nmf|exemplars|convolutive");
    app()
        .add_option("-c,--components", components_,
                    fmt::format("Atoms (default: {}, or at most {} exemplars)",
                                options_.nmf.components, usual_exemplars))
        ->type_name("N");
    app()
        .add_option("--context", context_,
                    fmt::format("Frames an atom spans, odd (default: 1, or {} for convolutive)",
                                usual_convolutive_context))
        ->type_name("FRAMES");
    add_most_seconds_flag(app(), options_.most_seconds);
    app()
        .add_option("--solver", solver_,
                    "How nmf learns: over-relaxed goes nearly twice as far as multiplicative steps "
                    "do, and saves half of the updates (default: over-relaxed)")
        ->one_of({"multiplicative", "over-relaxed"})
        ->type_name("multiplicative|over-relaxed");
    add_nmf_flags(app(), options_.nmf);
    analysis_.add_to(app());
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep train drums/*.wav -o drums.safetensors\n"
        "  nmfsep train bass.flac -c 25 --name bass -o bass.safetensors\n"
        "  nmfsep train anna.wav --method exemplars -c 400 -o anna.safetensors");
  }

 private:
  int execute(Console& console) override {
    check_outputs(files_, {output_});
    const std::string name = name_.empty() ? std::filesystem::path(output_).stem().string() : name_;
    validate_source_name(name);
    options_.method = training_method_from_string(method_);
    options_.nmf.solver = solver_from_string(solver_);
    const bool learns = options_.method != TrainingMethod::exemplars;
    options_.fit_components = !components_;
    options_.nmf.components =
        components_.value_or(learns ? options_.nmf.components : usual_exemplars);
    options_.context = context_.value_or(
        options_.method == TrainingMethod::convolutive ? usual_convolutive_context : 1);
    analysis_.apply_to(options_, files_.front());
    const Trainer trainer(options_);
    TrainingOutput output(output_, json_target(), overwrite());

    Diagnostics diagnostics = console.diagnostics();
    const TrainedModel trained =
        trainer.train(SourceRecordings{name, {files_.begin(), files_.end()}}, diagnostics,
                      console.progress(printable(name)));
    if (learns && trained.model->components() < options_.nmf.components)
      console.warning(fmt::format(
          "{}: so many frames are not silent, and as many atoms are learnt instead of {}",
          trained.model->components(), options_.nmf.components));
    const std::string origin =
        learns ? fmt::format("{} updates, divergence {:.6g}", trained.report.iterations,
                             trained.report.final_cost())
               : fmt::format("seed {}", options_.nmf.seed);
    output.write({&trained.model, 1},
                 fmt::format("{}; {}\n", summary_of(output_, trained.model), origin),
                 to_json(trained), console);
    return 0;
  }

  Json to_json(const TrainedModel& trained) const {
    const ModelHeader& header = *trained.model;
    Json document = {{"format", "nmfsep-training"}, {"version", 1}};
    document["model"] = output_;
    document["source"] = header.name;
    document["method"] = header.training.method;
    document["components"] = trained.model->components();
    document["context"] = trained.model->context();
    document["seed"] = options_.nmf.seed;
    document["seconds"] = header.training.seconds;
    document["available_seconds"] = header.training.available_seconds;
    document["files"] = header.training.files;
    document["analysis"] = cli::to_json(header.analysis);
    document["factorisation"] = cli::to_json(trained.report);
    return document;
  }

  std::vector<std::string> files_;
  std::string output_;
  std::string name_;
  std::string method_ = "nmf";
  std::string solver_ = "over-relaxed";
  std::optional<Index> components_;
  std::optional<int> context_;
  AnalysisFlags analysis_;
  TrainerOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_train(Flags& app) { return std::make_unique<Train>(app); }

}  // namespace nmfsep::cli
