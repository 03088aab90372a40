#include "train_shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <new>
#include <sstream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/shell_word.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/kernel_target.hpp"
#include "shared_learning.hpp"
#include "train/source_files.hpp"
#include "train/training_flags.hpp"
#include "train/training_output.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

class TrainShared final : public Command {
 public:
  TrainShared(Flags& parent, const Ranks& ranks)
      : Command(parent, "train",
                "Learn a source's dictionary from recordings that many processes share"),
        ranks_(ranks) {
    sources_.add_to(app());
    add_model_output_flag(app(), output_);
    add_model_name_flag(app(), name_);
    app()
        .add_option("--checkpoint", checkpoint_,
                    "Keep the training in this file now and then, and go on with what it holds; "
                    "gone when the model is written (default: begin anew)")
        ->type_name("FILE")
        ->changes_no_result();
    app()
        .add_option("--checkpoint-every", every_,
                    fmt::format("Updates between two of them (default: {})", every_))
        ->between(1, 1000000)
        ->type_name("N")
        ->changes_no_result();
    training_.add_shared_to(app());
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  mpirun -n 4 nmfsep-mpi train speech/ --recursive -c 100 -o speech.safetensors\n"
        "  mpirun -n 16 --map-by node --bind-to none nmfsep-mpi train speech/ --recursive \\\n"
        "      -c 100 -o speech.safetensors --checkpoint speech.checkpoint");
  }

 private:
  int execute(Console& console) override {
    if (ranks_.is_first()) {
      learn(console);
      return 0;
    }
    // What is not whole yet belongs to the first, which speaks for all.
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
    try {
      learn(console);
      return 0;
    } catch (const InvalidArgument& error) {
      ranks_.end_all(2, error.what());
    } catch (const std::bad_alloc&) {
      ranks_.end_all(1, "out of memory");
    } catch (const std::exception& error) {
      ranks_.end_all(1, error.what());
    }
  }

  void learn(Console& console) {
    const ProgressCallback progress = progress_of(console);
    const SharedFiles files = find_files(console);
    require_one_target();
    Diagnostics diagnostics;
    AudioInputs inputs = training_.inputs(false, diagnostics);
    const TrainingOptions options = options_for(files, inputs, progress);
    std::optional<TrainingOutput> output;
    if (ranks_.is_first()) {
      output.emplace(output_, json_target(), overwrite());
      if (!checkpoint_.empty()) PendingFile(checkpoint_, Overwrite::replace);
    }
    const ReadingOptions reading = reading_of(files, inputs, diagnostics, progress);
    const FileTree tree(files.sizes);
    const Place place = tree.place_of(ranks_.rank(), ranks_.size());
    SharedMaterial material =
        read_share({files.paths.begin() + static_cast<std::ptrdiff_t>(place.files.first),
                    files.paths.begin() + static_cast<std::ptrdiff_t>(place.files.last)},
                   options, reading, diagnostics, progress);
    tell(diagnostics, console);
    material.facts = ranks_.gathered(material.facts);
    ranks_.share(material.facts);
    const std::vector<TrainedModel> trained{learn_from(
        material, {ranks_, name(), files, tree, place, options, reading, checkpoint_, every_},
        progress)};
    if (!output) return;
    output->write(trained, options, console);
    if (!checkpoint_.empty()) fs::remove(checkpoint_);
  }

  /// The console's on the first, which also looks whether another has failed.
  ProgressCallback progress_of(Console& console) const {
    if (!ranks_.is_first()) return {};
    return [this, shown = console.progress(printable(name()))](const Progress& progress) {
      ranks_.check();
      return shown(progress);
    };
  }

  /// What the first finds.
  SharedFiles find_files(Console& console) const {
    if (sources_.reads_stdin())
      throw InvalidArgument("-: each file is read by one of many processes; give files");
    SharedFiles files;
    std::string paths;
    if (ranks_.is_first()) {
      const std::vector<SourceRecordings> found = sources_.recordings(name(), console);
      std::vector<std::string> inputs = files_of(found);
      std::vector<std::string> outputs{output_};
      if (!checkpoint_.empty()) outputs.push_back(checkpoint_);
      check_outputs(inputs, outputs);
      require_model_name(output_);
      for (const std::string& path : inputs) {
        std::error_code error;
        const std::uintmax_t size = fs::file_size(path, error);
        files.sizes.push_back(error ? 0 : size);
        paths += path + '\0';
      }
      if (inputs.size() < static_cast<std::size_t>(ranks_.size()))
        throw InvalidArgument(fmt::format(
            "{} processes and {} file{}: each reads files of its own; start no more than there are",
            ranks_.size(), inputs.size(), inputs.size() == 1 ? "" : "s"));
    }
    ranks_.share(paths);
    ranks_.share(files.sizes);
    for (std::size_t first = 0; first < paths.size();) {
      const std::size_t end = paths.find('\0', first);
      files.paths.emplace_back(paths.substr(first, end - first));
      first = end + 1;
    }
    return files;
  }

  /// Updates have other bits on other instruction sets, and all must end with one W.
  void require_one_target() const {
    std::string first = kernel_target();
    ranks_.share(first);
    if (kernel_target() != first)
      throw InvalidArgument(
          fmt::format("this machine computes with {}, the first with {}; set NMFSEP_TARGET to what "
                      "all have, as in mpirun -x NMFSEP_TARGET=avx2",
                      kernel_target(), first));
  }

  TrainingOptions options_for(const SharedFiles& files, AudioInputs& inputs,
                              const ProgressCallback& progress) const {
    TrainingOptions options = training_.options(files.paths.front(), inputs, progress);
    options.command = command_line(app(), CommandWords::that_count);
    options.command.replace(0, std::string("nmfsep").size(), "nmfsep-mpi");
    options.command += " --name " + shell_word(name());
    options.validate();
    return options;
  }

  /// All of each file, at one rate.
  ReadingOptions reading_of(const SharedFiles& files, AudioInputs& inputs, Diagnostics& diagnostics,
                            const ProgressCallback& progress) const {
    ReadingOptions reading = training_.reading(inputs);
    reading.most_seconds = 1e12;
    if (reading.sample_rate) return reading;
    const int rate = inputs.sample_rate(files.paths.front(), progress);
    reading.sample_rate = rate;
    reading.open = [rate, open = reading.open, first = quoted(files.paths.front()), &diagnostics](
                       const fs::path& path, const ProgressCallback& asked) {
      auto recording = open(path, asked);
      if (const int own = recording->info().sample_rate; own != rate)
        diagnostics.warn(WarningCode::resampled,
                         fmt::format("{}: {} Hz, resampled to the {} Hz of {}", recording->name(),
                                     own, rate, first));
      return recording;
    };
    return reading;
  }

  /// All warnings, in the order of the files.
  void tell(const Diagnostics& diagnostics, Console& console) const {
    std::string own;
    for (const Warning& warning : diagnostics.warnings()) own += warning.message + '\n';
    std::istringstream all(ranks_.gathered(own));
    for (std::string line; std::getline(all, line);) console.warning(line);
  }

  std::string name() const { return name_.empty() ? fs::path(output_).stem().string() : name_; }

  const Ranks& ranks_;
  SourceArguments sources_{SourceArguments::Form::paths};
  std::string output_;
  std::string name_;
  std::string checkpoint_;
  int every_ = 5;
  TrainingFlags training_{"nmf", false};
};

}  // namespace

std::unique_ptr<Command> make_train_shared(Flags& app, const Ranks& ranks) {
  return std::make_unique<TrainShared>(app, ranks);
}

}  // namespace nmfsep::cli
