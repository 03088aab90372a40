#include <fmt/format.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "files/audio_inputs.hpp"
#include "flags/commands.hpp"
#include "flags/options.hpp"
#include "json/json_output.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/onsets/onset_training.hpp"
#include "onset/onset_times.hpp"

namespace nmfsep::cli {
namespace {

class TrainOnsets final : public Command {
 public:
  explicit TrainOnsets(Flags& parent)
      : Command(parent, "train-onsets", "Learn from labelled recordings when notes begin") {
    app().add_option("recordings", recordings_, "Audio files")->required()->type_name("AUDIO");
    app()
        .add_option("--labels", labels_,
                    "The onsets of each recording, in their order: a label file, or a number a "
                    "line (default: the recording's name with .txt)")
        ->type_name("FILE");
    add_model_output_flag(app(), output_);
    app()
        .add_option("--layers", options_.layers,
                    fmt::format("Layers of memory in both directions, 1 to 3 (default: {})",
                                options_.layers))
        ->type_name("N");
    app()
        .add_option("--units", options_.units,
                    fmt::format("Units of a layer in each direction (default: {})", options_.units))
        ->type_name("N");
    app()
        .add_option("--steps", options_.steps,
                    fmt::format("Steps of training, of eight stretches of 3 s (default: {})",
                                options_.steps))
        ->type_name("N");
    add_seed_flag(app(), options_.seed);
    add_incomplete_flag(app(), take_what_is_there_);
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep train-onsets drums.wav --labels drums.txt -o onsets.safetensors\n"
        "  nmfsep train-onsets takes/*.wav -o onsets.safetensors\n"
        "  nmfsep onsets song.wav -m onsets.safetensors --labels out.txt");
  }

 private:
  int execute(Console& console) override {
    options_.validate();
    const std::vector<std::string> labels = label_files();
    std::vector<std::string> inputs = recordings_;
    inputs.insert(inputs.end(), labels.begin(), labels.end());
    check_outputs(inputs, {output_});
    require_model_name(output_);
    PendingFile(output_, overwrite());
    JsonOutput json(json_target(), overwrite());

    TrainedOnsets trained = train_onsets(read_material(labels, console), options_,
                                         console.progress(printable(output_)));
    trained.detector.command = command_line(app(), CommandWords::that_count);
    save_onset_detector(output_, trained.detector, overwrite());
    if (!json.takes_stdout()) console.out() << summary(trained);
    json.write(to_json(trained), console);
    return 0;
  }

  std::vector<LabelledRecording> read_material(const std::vector<std::string>& labels,
                                               Console& console) const {
    Diagnostics diagnostics = console.diagnostics();
    std::vector<LabelledRecording> material;
    for (std::size_t i = 0; i < recordings_.size(); ++i) {
      AudioBuffer audio = read_whole(recordings_[i], take_what_is_there_ ? &diagnostics : nullptr);
      std::vector<double> onsets = read_onset_times(labels[i], audio.seconds());
      material.push_back({std::move(audio), std::move(onsets)});
    }
    return material;
  }

  std::vector<std::string> label_files() const {
    if (!labels_.empty() && labels_.size() != recordings_.size())
      throw InvalidArgument(
          fmt::format("{} recordings, but {} of --labels: give one for each, in their order",
                      recordings_.size(), labels_.size()));
    if (!labels_.empty()) return labels_;
    std::vector<std::string> beside;
    for (const std::string& recording : recordings_)
      beside.push_back(std::filesystem::path(recording).replace_extension(".txt").string());
    return beside;
  }

  std::string summary(const TrainedOnsets& trained) const {
    const OnsetDetector& detector = trained.detector;
    std::string text = fmt::format(
        "{}: {} onsets in {:.1f} s of {} file{}; {} steps, threshold {:.2f}, seed {}\n",
        printable(output_), detector.onsets, detector.seconds, recordings_.size(),
        recordings_.size() == 1 ? "" : "s", detector.steps, detector.threshold, options_.seed);
    if (!trained.within_25_ms)
      return text + "too few onsets could be held out to say how well it finds them\n";
    return text + fmt::format("held-out F-measure {:.3f} within 25 ms, {:.3f} within 50 ms\n",
                              trained.within_25_ms->f_measure, trained.within_50_ms->f_measure);
  }

  Json to_json(const TrainedOnsets& trained) const {
    const auto score = [](const std::optional<OnsetScores>& scores) {
      return scores ? number(scores->f_measure) : Json(nullptr);
    };
    return {{"format", "nmfsep-onset-training"},
            {"version", 1},
            {"model", output_},
            {"recordings", recordings_},
            {"onsets", trained.detector.onsets},
            {"seconds", number(trained.detector.seconds)},
            {"steps", trained.detector.steps},
            {"seed", options_.seed},
            {"threshold", trained.detector.threshold},
            {"network", trained.detector.network.description()},
            {"held_out",
             {{"f_measure_25_ms", score(trained.within_25_ms)},
              {"f_measure_50_ms", score(trained.within_50_ms)}}}};
  }

  std::vector<std::string> recordings_;
  std::vector<std::string> labels_;
  std::string output_;
  OnsetTrainingOptions options_;
  bool take_what_is_there_ = false;
};

}  // namespace

std::unique_ptr<Command> make_train_onsets(Flags& app) {
  return std::make_unique<TrainOnsets>(app);
}

}  // namespace nmfsep::cli
