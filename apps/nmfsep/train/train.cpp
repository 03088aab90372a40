#include <filesystem>
#include <string>
#include <vector>

#include "flags/commands.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/shell_word.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/trainer.hpp"
#include "train/source_files.hpp"
#include "train/training_flags.hpp"
#include "train/training_output.hpp"

namespace nmfsep::cli {
namespace {

class Train final : public Command {
 public:
  explicit Train(Flags& parent)
      : Command(parent, "train", "Learn a source's model from recordings of it alone") {
    sources_.add_to(app());
    add_model_output_flag(app(), output_);
    app()
        .add_option("-n,--name", name_,
                    "The source's name (default: the output's, without .safetensors)")
        ->type_name("NAME")
        ->changes_no_result();  // the recorded command ends with it
    training_.add_to(app());
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep train drums/*.wav -o drums.safetensors\n"
        "  nmfsep train bass.flac -c 25 --name bass -o bass.safetensors\n"
        "  nmfsep train anna/ --method exemplars -c 400 -o anna.safetensors\n"
        "  nmfsep train drums='drums/*.wav' bass=bass.flac -o band.safetensors\n"
        "  sox take.wav -t wav - trim 10 60 |\n"
        "      nmfsep train - --sample-rate 44100 -o voice.safetensors");
  }

 private:
  int execute(Console& console) override {
    const bool named = sources_.are_named();
    if (named && !name_.empty())
      throw InvalidArgument("--name is for one source; these have names already");
    const std::string name = name_.empty() ? std::filesystem::path(output_).stem().string() : name_;
    const std::vector<SourceRecordings> recordings = sources_.recordings(name, console);
    check_outputs(files_of(recordings), {output_});
    require_model_name(output_);
    const ProgressCallback progress = console.progress(printable(named ? output_ : name));
    AudioInputs inputs = training_.inputs(sources_.reads_stdin());
    TrainingOptions options = training_.options(recordings.front().files.front(), inputs, progress);
    options.command = command_line(app(), CommandWords::that_count);
    if (!named) options.command += " --name " + shell_word(name);
    const Trainer trainer(options);
    TrainingOutput output(output_, json_target(), overwrite());

    Diagnostics diagnostics = console.diagnostics();
    output.write(trainer.train(recordings, training_.reading(inputs), diagnostics, progress),
                 options, console);
    return 0;
  }

  SourceArguments sources_{SourceArguments::Form::named_or_paths};
  std::string output_;
  std::string name_;
  TrainingFlags training_{"nmf", false};
};

}  // namespace

std::unique_ptr<Command> make_train(Flags& app) { return std::make_unique<Train>(app); }

}  // namespace nmfsep::cli
