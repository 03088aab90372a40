#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "commands.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/models/model_file.hpp"
#include "nmfsep/separation/trainer.hpp"
#include "options.hpp"

namespace nmfsep::cli {
namespace {

constexpr Index usual_exemplars = 400;

class Train final : public Command {
 public:
  explicit Train(CLI::App& parent)
      : Command(parent, "train", "Learn a source's dictionary from recordings of it alone") {
    app()
        .add_option("files", files_, "Audio files of the source alone")
        ->required()
        ->type_name("FILE");
    app()
        .add_option("-o,--output", output_, "The model file to write")
        ->required()
        ->type_name("FILE");
    app()
        .add_option("-n,--name", name_,
                    "The source's name (default: the output's, without .safetensors)")
        ->type_name("NAME");
    app()
        .add_option("--method", method_,
                    "nmf learns atoms; exemplars takes frames of the files as they are, with more "
                    "atoms a better model of speech (default: nmf)")
        ->type_name("nmf|exemplars");
    app()
        .add_option("-c,--components", components_,
                    fmt::format("Atoms (default: {}, or {} exemplars)", options_.nmf.components,
                                usual_exemplars))
        ->type_name("N");
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
    const bool learns = options_.method == TrainingMethod::nmf;
    options_.nmf.components =
        components_.value_or(learns ? options_.nmf.components : usual_exemplars);
    if (analysis_.given())
      options_.stft = analysis_.stft(AudioReader(files_.front()).info().sample_rate);
    options_.magnitude_exponent = analysis_.magnitude_exponent();
    const Trainer trainer(options_);
    // What cannot be written is better known before the training than after it.
    PendingFile(output_, overwrite());
    JsonOutput json(json_target(), overwrite());

    Diagnostics diagnostics = console.diagnostics();
    const TrainedDictionary trained = trainer.train(name, {files_.begin(), files_.end()},
                                                    diagnostics, console.progress(printable(name)));
    const SourceModel model = trained.dictionary;
    save_models(output_, {&model, 1}, overwrite());
    if (!json.takes_stdout()) console.out() << summary(trained);
    json.write(to_json(trained), console);
    return 0;
  }

  std::string summary(const TrainedDictionary& trained) const {
    const Dictionary& dictionary = trained.dictionary;
    const std::string origin =
        options_.method == TrainingMethod::nmf
            ? fmt::format("{} updates, divergence {:.6g}", trained.report.iterations,
                          trained.report.final_cost())
            : fmt::format("exemplars, seed {}", options_.nmf.seed);
    return fmt::format("{}: source '{}', {} atoms from {:.1f} s in {} file{}; {}\n",
                       printable(output_), dictionary.name, dictionary.W.cols(),
                       dictionary.training.seconds, dictionary.training.files,
                       dictionary.training.files == 1 ? "" : "s", origin);
  }

  Json to_json(const TrainedDictionary& trained) const {
    Json document = {{"format", "nmfsep-training"}, {"version", 1}};
    document["model"] = output_;
    document["source"] = trained.dictionary.name;
    document["method"] = trained.dictionary.training.method;
    document["components"] = trained.dictionary.W.cols();
    document["seed"] = options_.nmf.seed;
    document["seconds"] = trained.dictionary.training.seconds;
    document["files"] = trained.dictionary.training.files;
    document["analysis"] = cli::to_json(trained.dictionary.analysis);
    document["factorisation"] = cli::to_json(trained.report);
    return document;
  }

  std::vector<std::string> files_;
  std::string output_;
  std::string name_;
  std::string method_ = "nmf";
  std::optional<Index> components_;
  AnalysisFlags analysis_;
  TrainerOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_train(CLI::App& app) { return std::make_unique<Train>(app); }

}  // namespace nmfsep::cli
