#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "console/interrupt.hpp"
#include "files/audio_inputs.hpp"
#include "files/text_file.hpp"
#include "flags/commands.hpp"
#include "flags/duration.hpp"
#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/tuning/levers.hpp"
#include "nmfsep/tuning/tuner.hpp"
#include "train/source_files.hpp"
#include "train/training_output.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t rows_shown = 10;

std::string prior_of(const TrainingOptions& choice) {
  return choice.nmf.penalty ? choice.nmf.penalty->describe() : "none";
}

Json choice_json(const TrainingOptions& choice) {
  return {{"method", choice.method},
          {"components", choice.nmf.components},
          {"context", choice.context},
          {"fft_size", choice.stft->fft_size},
          {"magnitude_exponent", choice.objective.magnitude_exponent},
          {"training_iterations", choice.nmf.iterations},
          {"mixture_seconds", choice.mixture_seconds},
          {"ensemble", choice.ensemble},
          {"mask_exponent", choice.objective.mask_exponent},
          {"iterations", choice.mixture_iterations},
          {"divergence", to_string(choice.objective.divergence)},
          {"prior", prior_of(choice)},
          {"network_steps", is_network(choice) ? Json(choice.masks.steps) : Json(nullptr)}};
}

Json trial_json(const Trial& trial) {
  Json row = choice_json(trial.choice);
  row["sdr"] = number(trial.sdr);
  row["sir"] = number(trial.sir);
  row["sar"] = number(trial.sar);
  row["mixtures"] = trial.mixtures;
  row["seconds"] = number(trial.seconds);
  return row;
}

void add_cell(std::string& row, const std::string& cell) {
  if (!row.empty()) row += ',';
  row += cell;
}

/// A row a trial, headed by the names of its values.
std::string to_csv(const std::vector<Trial>& trials) {
  std::string text;
  const Json head = trial_json({usual_choice(44100)});
  for (const auto& [name, value] : head.items()) add_cell(text, name);
  for (const Trial& trial : trials) {
    std::string line;
    const Json row = trial_json(trial);
    for (const auto& [name, value] : row.items())
      add_cell(line, value.is_string() ? value.get<std::string>() : value.dump());
    text += '\n';
    text += line;
  }
  return text + '\n';
}

std::string table(const std::vector<Trial>& trials) {
  std::string text =
      " SDR    SIR    SAR   seconds  method       atoms  frames    FFT  mag.  mask  updates  refit "
      " ensemble  divergence  prior\n";
  for (std::size_t i = 0; i < std::min(trials.size(), rows_shown); ++i) {
    const Trial& trial = trials[i];
    const TrainingOptions& choice = trial.choice;
    text += fmt::format(
        "{:5.2f}  {:5.2f}  {:5.2f}  {:7.1f}  {:11}  {:5}  {:6}  {:5}  {:4}  {:4}  {:7}  {:5}  "
        "{:8}  {:10}  {}\n",
        trial.sdr, trial.sir, trial.sar, trial.seconds, choice.method, choice.nmf.components,
        choice.context, choice.stft->fft_size, choice.objective.magnitude_exponent,
        choice.objective.mask_exponent, choice.mixture_iterations,
        choice.mixture_seconds > 0 ? "yes" : "no", choice.ensemble,
        to_string(choice.objective.divergence), prior_of(choice));
  }
  if (trials.size() > rows_shown)
    text += fmt::format("and {} more (all with --csv or --json)\n", trials.size() - rows_shown);
  return text;
}

std::string effects_table(const std::vector<LeverEffect>& effects) {
  std::string text = "\nwhat mattered        best over worst  values\n";
  for (const LeverEffect& effect : effects)
    text += fmt::format("{:19}  {:12.2f} dB  {:6}\n", effect.lever, effect.gain, effect.values);
  return text;
}

/// What the search reached, beside what would be without it.
std::string reached(const TuningResult& result) {
  const auto row = [](const char* name, const Trial& trial) {
    return fmt::format("{:15}  SDR {:5.2f}  SIR {:5.2f}  SAR {:5.2f} dB\n", name, trial.sdr,
                       trial.sir, trial.sar);
  };
  const double gain = result.reached.sdr - result.usual.sdr;
  const std::string verdict =
      gain > 0 ? fmt::format("gained           {:+.2f} dB of SDR on material held out\n", gain)
               : "nothing was better than what is usual\n";
  return fmt::format("\n{}{}{}", row("usual settings", result.usual),
                     row("best found", result.reached), verdict);
}

/// Why there is no score.
std::string nothing_searched(const TuningResult& result, double budget) {
  const std::string why =
      !result.enough_material ? "there is too little material to hold some out"
      : result.interrupted
          ? "it was interrupted before the first trial was done"
          : fmt::format("the budget of {} was over before the first trial was", clock_time(budget));
  return fmt::format("Nothing was searched: {}. The model is trained with what is usual.\n", why);
}

class Tune final : public Command {
 public:
  explicit Tune(Flags& parent);

 private:
  int execute(Console& console) override;
  ProgressCallback progress(Console& console) const;
  std::string summary(const TuningResult& result) const;
  Json to_json(const TuningResult& result) const;

  SourceArguments sources_{SourceArguments::Form::named};
  std::string output_;
  std::string csv_;
  std::string budget_ = "5min";
  TunerOptions options_;
  bool take_what_is_there_ = false;
};

Tune::Tune(Flags& parent)
    : Command(parent, "tune", "Try how to train best, on held-out parts of the recordings") {
  sources_.add_to(app());
  add_model_output_flag(app(), output_);
  app()
      .add_option(
          "--budget", budget_,
          fmt::format("Time to search and train, as in 90s, 5min or 1h (default: {})", budget_))
      ->type_name("TIME");
  app()
      .add_option("--csv", csv_, "Also write everything that was tried, a row each, to FILE")
      ->type_name("FILE");
  app()
      .add_option(
          "--choices", options_.most_choices,
          "Try so many settings at most, which makes the search the same on any machine; 0 = "
          "as many as there is time for (default: 0)")
      ->type_name("N");
  app().add_flag("--exact", options_.exact,
                 "Try everything as separate --exact does it, and have the models ask for that");
  add_seed_flag(app(), options_.seed);
  add_incomplete_flag(app(), take_what_is_there_);
  add_shared_flags();
  app().footer(
      "Ctrl-C ends the search early and trains the best found so far.\n"
      "\n"
      "Examples:\n"
      "  nmfsep tune drums='drums/*.wav' bass=bass.wav -o band.safetensors \\\n"
      "      --budget 5min\n"
      "  nmfsep tune anna=anna/ ben=ben.flac -o talk.safetensors --csv tried.csv\n"
      "  nmfsep separate song.wav -m band.safetensors -o out/");
}

int Tune::execute(Console& console) {
  options_.budget_seconds = parse_duration(budget_);
  const Tuner tuner(options_);
  const std::vector<SourceRecordings> recordings = sources_.recordings("", console);
  std::vector<std::string> outputs{output_};
  if (!csv_.empty()) outputs.push_back(csv_);
  check_outputs(files_of(recordings), outputs);
  require_model_name(output_);
  TrainingOutput output(output_, json_target(), overwrite());
  std::optional<PendingFile> csv;
  if (!csv_.empty()) csv.emplace(csv_, overwrite());

  Diagnostics diagnostics = console.diagnostics();
  AudioInputs inputs({}, take_what_is_there_ ? &diagnostics : nullptr);
  ReadingOptions reading;
  reading.open = [&inputs](const std::filesystem::path& path, const ProgressCallback& asked) {
    return inputs.open(path, asked);
  };
  const auto audio = read_sources(recordings, reading, diagnostics, console.progress("reading"));
  stop_without_haste();  // the best found so far is still to be trained
  const TuningResult result = tuner.tune(audio, diagnostics, progress(console));
  if (csv) write_text(*csv, to_csv(result.trials));
  output.write(result.models, summary(result), to_json(result), console);
  return result.interrupted ? interrupt_status() : 0;
}

/// Shows trials and the time that is left, since nobody knows how many trials that allows.
ProgressCallback Tune::progress(Console& console) const {
  const auto start = std::chrono::steady_clock::now();
  return [this, &console, start](const Progress& trials) {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    console.show(fmt::format("{} ({} of {}): trial {}{}", printable(output_),
                             clock_time(spent.count()), clock_time(options_.budget_seconds),
                             trials.done + 1,
                             trials.total > 0 ? fmt::format(" of {}", trials.total) : ""));
    return interrupted() ? Answer::cancel : Answer::proceed;
  };
}

std::string Tune::summary(const TuningResult& result) const {
  std::string text;
  text += result.searched
              ? table(result.trials) + effects_table(result.effects) + reached(result) + "\n"
              : nothing_searched(result, options_.budget_seconds);
  text += fmt::format("{}: {}\n", printable(output_), describe(result.best));
  for (const SourceModel& model : result.models) text += summary_of(output_, model) + "\n";
  return text;
}

Json Tune::to_json(const TuningResult& result) const {
  Json document = {{"format", "nmfsep-tuning"}, {"version", 1}, {"model", output_}};
  document["budget_seconds"] = options_.budget_seconds;
  document["seed"] = options_.seed;
  document["exact"] = options_.exact;
  document["searched"] = result.searched;
  document["interrupted"] = result.interrupted;
  document["best"] = choice_json(result.best);
  if (result.searched) {
    document["usual_scores"] = trial_json(result.usual);
    document["best_scores"] = trial_json(result.reached);
  }
  document["trials"] = Json::array();
  for (const Trial& trial : result.trials) document["trials"].push_back(trial_json(trial));
  document["effects"] = Json::array();
  for (const LeverEffect& effect : result.effects)
    document["effects"].push_back(
        {{"lever", effect.lever}, {"gain", number(effect.gain)}, {"values", effect.values}});
  return document;
}

}  // namespace

std::unique_ptr<Command> make_tune(Flags& app) { return std::make_unique<Tune>(app); }

}  // namespace nmfsep::cli
