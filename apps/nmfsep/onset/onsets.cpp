#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "files/audio_inputs.hpp"
#include "files/text_file.hpp"
#include "flags/commands.hpp"
#include "flags/options.hpp"
#include "json/json_output.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/onsets/onset_detector.hpp"
#include "onset/onset_times.hpp"

namespace nmfsep::cli {
namespace {

constexpr double windows[] = {0.025, 0.05};  ///< s, within which a time counts as found

class Onsets final : public Command {
 public:
  explicit Onsets(Flags& parent)
      : Command(parent, "onsets", "Find when notes and strokes begin in a recording") {
    app().add_option("recording", recording_, "Audio file")->required()->type_name("AUDIO");
    app()
        .add_option("-m,--model", model_, "Onset detector, made by train-onsets")
        ->required()
        ->type_name("MODEL");
    app()
        .add_option("--labels", labels_, "Write Audacity labels here")
        ->type_name("FILE")
        ->changes_no_result();
    app()
        .add_option("--csv", csv_, "Write times and strengths here")
        ->type_name("FILE")
        ->changes_no_result();
    app()
        .add_option("--threshold", threshold_,
                    "Strength from 0 to 1 that counts as an onset (default: the detector's)")
        ->type_name("X");
    app()
        .add_option("--reference", reference_,
                    "Score against these times (a label file, or a number a line) within 25 and "
                    "50 ms")
        ->type_name("FILE");
    add_incomplete_flag(app(), take_what_is_there_);
    add_shared_flags();
    app().footer(
        "Examples:\n"
        "  nmfsep onsets drums.wav -m onsets.safetensors --labels out.txt\n"
        "  nmfsep onsets drums.wav -m onsets.safetensors --reference drums.txt");
  }

 private:
  int execute(Console& console) override {
    check_outputs({recording_, model_, reference_}, outputs());
    if (threshold_ && !(*threshold_ > 0 && *threshold_ <= 1))
      throw InvalidArgument(fmt::format("--threshold {}: must be above 0, at most 1", *threshold_));
    JsonOutput json(json_target(), overwrite());
    std::optional<PendingFile> labels, csv;
    if (!labels_.empty()) labels.emplace(labels_, overwrite());
    if (!csv_.empty()) csv.emplace(csv_, overwrite());

    const OnsetDetector detector = load_onset_detector(model_);
    Diagnostics diagnostics = console.diagnostics();
    const AudioBuffer audio = read_whole(recording_, take_what_is_there_ ? &diagnostics : nullptr);
    const auto threshold =
        static_cast<float>(threshold_.value_or(static_cast<double>(detector.threshold)));
    const std::vector<Onset> found = pick_onsets(onset_strength(detector, audio), threshold);
    Json document = to_json(found, audio, threshold);
    std::string scores;
    if (!reference_.empty()) scores = score(found, audio, document);
    if (labels) write_text(*labels, onset_labels(found));
    if (csv) write_text(*csv, onset_csv(found));
    if (!json.takes_stdout()) console.out() << summary(found, audio) << scores;
    json.write(document, console);
    return 0;
  }

  std::vector<std::string> outputs() const {
    std::vector<std::string> all;
    for (const std::string& path : {labels_, csv_})
      if (!path.empty()) all.push_back(path);
    return all;
  }

  /// Times, where no file takes them.
  std::string summary(const std::vector<Onset>& found, const AudioBuffer& audio) const {
    std::string text;
    if (labels_.empty() && csv_.empty())
      for (const Onset& onset : found)
        text += fmt::format("{:10.3f} s  {:.2f}\n", onset.time, onset.strength);
    return text + fmt::format("{}: {} onset{} in {:.1f} s\n", printable(recording_), found.size(),
                              found.size() == 1 ? "" : "s", audio.seconds());
  }

  Json to_json(const std::vector<Onset>& found, const AudioBuffer& audio, float threshold) const {
    Json document = {{"format", "nmfsep-onset-times"}, {"version", 1}, {"recording", recording_}};
    document["model"] = model_;
    document["seconds"] = number(audio.seconds());
    document["threshold"] = threshold;
    document["onsets"] = Json::array();
    for (const Onset& onset : found)
      document["onsets"].push_back(
          {{"time", number(onset.time)}, {"strength", number(onset.strength)}});
    return document;
  }

  /// The lines of a table, and the same for JSON.
  std::string score(const std::vector<Onset>& found, const AudioBuffer& audio,
                    Json& document) const {
    const std::vector<double> references = read_onset_times(reference_, audio.seconds());
    std::vector<double> times;
    for (const Onset& onset : found) times.push_back(onset.time);
    std::string text =
        fmt::format("against {} onsets  F-measure  precision  recall\n", references.size());
    document["scores"] = Json::array();
    for (const double window : windows) {
      const OnsetScores scores = score_onsets(references, times, window);
      text += fmt::format("within {:2.0f} ms       {:9.3f}  {:9.3f}  {:6.3f}\n", 1000 * window,
                          scores.f_measure, scores.precision, scores.recall);
      document["scores"].push_back({{"window", window},
                                    {"f_measure", number(scores.f_measure)},
                                    {"precision", number(scores.precision)},
                                    {"recall", number(scores.recall)}});
    }
    return text;
  }

  std::string recording_, model_, labels_, csv_, reference_;
  std::optional<double> threshold_;
  bool take_what_is_there_ = false;
};

}  // namespace

std::unique_ptr<Command> make_onsets(Flags& app) { return std::make_unique<Onsets>(app); }

}  // namespace nmfsep::cli
