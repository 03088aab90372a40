#include <fmt/format.h>

#include <string>
#include <vector>

#include "commands.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/set_trainer.hpp"
#include "options.hpp"
#include "source_files.hpp"
#include "training_output.hpp"

namespace nmfsep::cli {
namespace {

class TrainSet final : public Command {
 public:
  explicit TrainSet(Flags& parent);

 private:
  int execute(Console& console) override;
  Json to_json(const std::vector<SourceModel>& models) const;

  SourceArguments sources_;
  std::string output_;
  AnalysisFlags analysis_;
  SetTrainerOptions options_;
};

TrainSet::TrainSet(Flags& parent)
    : Command(parent, "train-set", "Train two to eight sources to be told apart") {
  sources_.add_to(app());
  add_model_output_flag(app(), output_);
  app()
      .add_option("-c,--components", options_.nmf.components,
                  fmt::format("Exemplars a source at most (default: {})", options_.nmf.components))
      ->type_name("N");
  app()
      .add_option("--context", options_.context,
                  fmt::format("Frames an exemplar spans, odd (default: {})", options_.context))
      ->type_name("FRAMES");
  app()
      .add_option("--ensemble", options_.ensemble,
                  fmt::format("Sets of exemplars whose masks are averaged (default: {})",
                              options_.ensemble))
      ->type_name("N");
  app()
      .add_option(
          "--mixture-seconds", options_.mixture_seconds,
          fmt::format("Length of the mixtures that the atoms to rebuild from are fitted to; "
                      "0 = rebuild from the exemplars (default: {})",
                      options_.mixture_seconds))
      ->type_name("SECONDS");
  add_most_seconds_flag(app(), options_.most_seconds);
  add_nmf_flags(app(), options_.nmf);
  analysis_.add_to(app());
  add_shared_flags();
  app().footer(
      "Examples:\n"
      "  nmfsep train-set drums='drums/*.wav' bass=bass.wav -o band.safetensors\n"
      "  nmfsep train-set anna=anna/ ben=ben.flac --ensemble 4 -o talk.safetensors\n"
      "  nmfsep separate song.wav -m band.safetensors -o out/");
}

int TrainSet::execute(Console& console) {
  const std::vector<SourceRecordings> recordings = sources_.recordings();
  check_outputs(files_of(recordings), {output_});
  analysis_.apply_to(options_, recordings.front().files.front().string());
  const SetTrainer trainer(options_);
  TrainingOutput output(output_, json_target(), overwrite());

  Diagnostics diagnostics = console.diagnostics();
  const std::vector<PairedDictionary> trained =
      trainer.train(recordings, diagnostics, console.progress(printable(output_)));
  const std::vector<SourceModel> models(trained.begin(), trained.end());
  std::string summary;
  for (const SourceModel& model : models) summary += summary_of(output_, model) + "\n";
  output.write(models, summary, to_json(models), console);
  return 0;
}

Json TrainSet::to_json(const std::vector<SourceModel>& models) const {
  Json document = {{"format", "nmfsep-set-training"}, {"version", 1}, {"model", output_}};
  document["components"] = options_.nmf.components;
  document["context"] = options_.context;
  document["ensemble"] = options_.ensemble;
  document["mixture_seconds"] = options_.mixture_seconds;
  document["seed"] = options_.nmf.seed;
  document["analysis"] = cli::to_json(models.front()->analysis);
  document["sources"] = Json::array();
  for (const SourceModel& model : models) {
    const TrainingRecord& training = model->training;
    document["sources"].push_back({{"source", model->name},
                                   {"seconds", number(training.seconds)},
                                   {"available_seconds", number(training.available_seconds)},
                                   {"files", training.files},
                                   {"divergence", number(training.final_cost)}});
  }
  return document;
}

}  // namespace

std::unique_ptr<Command> make_train_set(Flags& app) { return std::make_unique<TrainSet>(app); }

}  // namespace nmfsep::cli
