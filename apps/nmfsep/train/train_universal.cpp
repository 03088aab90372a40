#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "files/inputs.hpp"
#include "files/passed_over.hpp"
#include "flags/commands.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/shell_word.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/universal.hpp"
#include "nmfsep/training/trainer.hpp"
#include "train/source_files.hpp"
#include "train/training_flags.hpp"
#include "train/training_output.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

class TrainUniversal final : public Command {
 public:
  explicit TrainUniversal(Flags& parent)
      : Command(parent, "train-universal",
                "Learn one model of many speakers, for one never heard before") {
    app()
        .add_option("folder", folder_,
                    "A folder of folders: each holds recordings of one speaker alone, or of one "
                    "instrument of a kind, and is called as they are")
        ->required()
        ->type_name("FOLDER");
    app().add_flag("-r,--recursive", recursive_,
                   "Search also the folders in a speaker's folder (default: its own files alone)");
    add_model_output_flag(app(), output_);
    add_model_name_flag(app(), name_);
    training_.add_to(app());
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep train-universal speakers/ -o speech.safetensors\n"
        "  nmfsep separate noisy.wav -m speech.safetensors --learn noise=20 -o out/");
  }

 private:
  int execute(Console& console) override {
    const std::vector<SourceRecordings> speakers = this->speakers(console);
    check_outputs(files_of(speakers), {output_});
    require_model_name(output_);
    const std::string name = name_.empty() ? fs::path(output_).stem().string() : name_;
    validate_source_name(name);
    const ProgressCallback progress = console.progress(printable(name));
    Diagnostics diagnostics = console.diagnostics();
    AudioInputs inputs = training_.inputs(false, diagnostics);
    TrainingOptions options = training_.options(speakers.front().files.front(), inputs, progress);
    options.command = command_line(app(), CommandWords::that_count) + " --name " + shell_word(name);
    UniversalOptions universal{name};
    if (training_.gave_prior())
      universal.prior = options.nmf.penalty ? options.nmf.penalty->describe() : "";
    universal.command = options.command;
    options.nmf.penalty = nullptr;  // speakers are learnt each alone; it is of the mixture
    const Trainer trainer(options);
    TrainingOutput output(output_, json_target(), overwrite());

    const std::vector<TrainedModel> trained =
        trainer.train(speakers, training_.reading(inputs), diagnostics, progress);
    output.write({universal_model(trained, universal)}, options, console);
    return 0;
  }

  /// A source a folder, in the order of their names.
  std::vector<SourceRecordings> speakers(Console& console) const {
    std::error_code failed;
    std::vector<fs::path> folders;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, failed))
      if (entry.is_directory() && !entry.path().filename().string().starts_with('.'))
        folders.push_back(entry.path());
    if (failed) throw FileError(fmt::format("{}: {}", printable(folder_), failed.message()));
    if (folders.size() < 2)
      throw InvalidArgument(fmt::format(
          "{}: must hold two folders or more, one of each speaker's recordings, and holds {}",
          printable(folder_), folders.size()));
    std::sort(folders.begin(), folders.end());
    std::vector<SourceRecordings> speakers;
    for (const fs::path& folder : folders) {
      validate_source_name(folder.filename().string());
      const FoundInputs found = find_inputs({folder.string()}, {recursive_, {}});
      tell(found.passed_over, console);
      speakers.push_back({folder.filename().string(), {}});
      for (const InputFile& file : found.files) speakers.back().files.push_back(file.path);
    }
    return speakers;
  }

  std::string folder_;
  bool recursive_ = false;
  std::string output_;
  std::string name_;
  TrainingFlags training_{
      "nmf", false,
      fmt::format("group=X, {} over the number of speakers", universal_group_strength)};
};

}  // namespace

std::unique_ptr<Command> make_train_universal(Flags& app) {
  return std::make_unique<TrainUniversal>(app);
}

}  // namespace nmfsep::cli
