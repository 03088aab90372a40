#include <filesystem>
#include <string>
#include <vector>

#include "flags/commands.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/trainer.hpp"
#include "train/training_flags.hpp"
#include "train/training_output.hpp"

namespace nmfsep::cli {
namespace {

class Train final : public Command {
 public:
  explicit Train(Flags& parent)
      : Command(parent, "train", "Learn a source's model from recordings of it alone") {
    app()
        .add_option("files", files_, "Audio files of the source alone")
        ->required()
        ->type_name("FILE");
    add_model_output_flag(app(), output_);
    app()
        .add_option("-n,--name", name_,
                    "The source's name (default: the output's, without .safetensors)")
        ->type_name("NAME");
    training_.add_to(app());
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
    const TrainingOptions options = training_.options(files_.front());
    const Trainer trainer(options);
    TrainingOutput output(output_, json_target(), overwrite());

    Diagnostics diagnostics = console.diagnostics();
    const std::vector<SourceRecordings> source{{name, {files_.begin(), files_.end()}}};
    output.write(trainer.train(source, diagnostics, console.progress(printable(name))), options,
                 console);
    return 0;
  }

  std::vector<std::string> files_;
  std::string output_;
  std::string name_;
  TrainingFlags training_{"nmf", false};
};

}  // namespace

std::unique_ptr<Command> make_train(Flags& app) { return std::make_unique<Train>(app); }

}  // namespace nmfsep::cli
