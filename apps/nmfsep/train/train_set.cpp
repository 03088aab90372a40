#include <string>
#include <vector>

#include "console/interrupt.hpp"
#include "flags/commands.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/trainer.hpp"
#include "train/source_files.hpp"
#include "train/training_flags.hpp"
#include "train/training_output.hpp"

namespace nmfsep::cli {
namespace {

class TrainSet final : public Command {
 public:
  explicit TrainSet(Flags& parent)
      : Command(parent, "train-set", "Train two to eight sources to be told apart") {
    sources_.add_to(app());
    add_model_output_flag(app(), output_);
    training_.add_to(app());
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep train-set drums='drums/*.wav' bass=bass.wav -o band.safetensors\n"
        "  nmfsep train-set anna=anna/ ben=ben.flac --ensemble 4 -o talk.safetensors\n"
        "  nmfsep separate song.wav -m band.safetensors -o out/");
  }

 private:
  int execute(Console& console) override {
    const std::vector<SourceRecordings> recordings = sources_.recordings("", console);
    check_outputs(files_of(recordings), {output_});
    require_model_name(output_);
    const ProgressCallback progress = console.progress(printable(output_));
    Diagnostics diagnostics = console.diagnostics();
    AudioInputs inputs = training_.inputs(sources_.reads_stdin(), diagnostics);
    TrainingOptions options = training_.options(recordings.front().files.front(), inputs, progress);
    options.command = command_line(app(), CommandWords::that_count);
    const Trainer trainer(options);
    if (training_method(options.method).keeps_unfinished) stop_without_haste();
    TrainingOutput output(output_, json_target(), overwrite());

    output.write(trainer.train(recordings, training_.reading(inputs), diagnostics, progress),
                 options, console);
    return interrupted() ? interrupt_status() : 0;
  }

  SourceArguments sources_{SourceArguments::Form::named};
  std::string output_;
  TrainingFlags training_{"exemplars", true};
};

}  // namespace

std::unique_ptr<Command> make_train_set(Flags& app) { return std::make_unique<TrainSet>(app); }

}  // namespace nmfsep::cli
