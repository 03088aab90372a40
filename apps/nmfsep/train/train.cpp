#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "files/solo_regions.hpp"
#include "flags/commands.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/shell_word.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/trainer.hpp"
#include "train/detected_onsets.hpp"
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
    add_model_name_flag(app(), name_);
    app()
        .add_option("--labels", labels_,
                    "Learn from the stretches of the recording that this file labels (Audacity "
                    "labels, a Raven selection table, Sonic Visualiser boxes): a model of each "
                    "label")
        ->type_name("FILE");
    app()
        .add_option("--label", label_, "Of these the stretches with this label alone")
        ->type_name("NAME");
    app()
        .add_option("--onsets", onsets_,
                    "Detector, made by train-onsets, of when notes begin: atoms of several frames "
                    "(--method convolutive) are placed there at first")
        ->type_name("MODEL");
    training_.add_to(app());
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep train drums/*.wav -o drums.safetensors\n"
        "  nmfsep train bass.flac -c 25 --name bass -o bass.safetensors\n"
        "  nmfsep train anna/ --method exemplars -c 400 -o anna.safetensors\n"
        "  nmfsep train song.wav --start 12 --duration 3 -o hum.safetensors\n"
        "  nmfsep train song.wav --labels regions.txt --label noise -o noise.safetensors\n"
        "  nmfsep train drums='drums/*.wav' bass=bass.flac -o band.safetensors\n"
        "  sox take.wav -t wav - trim 10 60 |\n"
        "      nmfsep train - --sample-rate 44100 -o voice.safetensors");
  }

 private:
  int execute(Console& console) override {
    refuse_contradictions();
    const std::vector<SourceRecordings> recordings = this->recordings(console);
    check_outputs(inputs_of(recordings), {output_});
    require_model_name(output_);
    const ProgressCallback progress =
        console.progress(printable(has_one_name() ? name() : output_));
    Diagnostics diagnostics = console.diagnostics();
    AudioInputs inputs = training_.inputs(sources_.reads_stdin(), diagnostics);
    TrainingOptions options = training_.options(recordings.front().files.front(), inputs, progress);
    options.command = command_line(app(), CommandWords::that_count);
    if (!onsets_.empty()) options.onsets = detected_onsets(onsets_);
    if (options.onsets && !training_method(options.method).takes_onsets)
      throw InvalidArgument(
          fmt::format("--onsets has no effect with --method {}; leave it out", options.method));
    if (has_one_name()) options.command += " --name " + shell_word(name());
    const Trainer trainer(options);
    TrainingOutput output(output_, json_target(), overwrite());

    output.write(trainer.train(recordings, training_.reading(inputs), diagnostics, progress),
                 options, console);
    return 0;
  }

  void refuse_contradictions() const {
    const bool named = sources_.are_named();
    if ((named || (!labels_.empty() && label_.empty())) && !name_.empty())
      throw InvalidArgument("--name is for one source; these have names already");
    if (!label_.empty() && labels_.empty())
      throw InvalidArgument("--label is one of a file's labels; give the file with --labels");
    if (labels_.empty()) return;
    if (named || sources_.reads_stdin())
      throw InvalidArgument("--labels is of one recording in a file; leave out NAME= and -");
    if (training_.takes_excerpt())
      throw InvalidArgument(
          "--labels and --start or --duration both say what to learn from; give one of them");
  }

  /// Whether only one source is learnt, that the user may name.
  bool has_one_name() const { return labels_.empty() ? !sources_.are_named() : !label_.empty(); }

  std::string name() const {
    if (!name_.empty()) return name_;
    return label_.empty() ? std::filesystem::path(output_).stem().string() : label_;
  }

  std::vector<SourceRecordings> recordings(Console& console) const {
    // A set's name is not asked for, but must be one.
    std::vector<SourceRecordings> given =
        sources_.recordings(labels_.empty() ? name() : "recording", console);
    if (labels_.empty()) return given;
    const std::vector<std::filesystem::path>& files = given.front().files;
    if (files.size() > 1)
      throw InvalidArgument(
          fmt::format("--labels is of one recording, and here are {}; train from them one by one",
                      files.size()));
    return solo_regions(files.front(), {labels_, label_, name_}, console);
  }

  /// All that is read.
  std::vector<std::string> inputs_of(const std::vector<SourceRecordings>& recordings) const {
    std::vector<std::string> inputs = files_of(recordings);
    for (const std::string& file : {labels_, onsets_})
      if (!file.empty()) inputs.push_back(file);
    return inputs;
  }

  SourceArguments sources_{SourceArguments::Form::named_or_paths};
  std::string output_;
  std::string name_;
  std::string labels_;
  std::string label_;
  std::string onsets_;
  TrainingFlags training_{"nmf", false};
};

}  // namespace

std::unique_ptr<Command> make_train(Flags& app) { return std::make_unique<Train>(app); }

}  // namespace nmfsep::cli
