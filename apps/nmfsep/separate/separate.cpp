#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "files/file_hash.hpp"
#include "files/output_folders.hpp"
#include "files/passed_over.hpp"
#include "flags/commands.hpp"
#include "flags/input_flags.hpp"
#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"
#include "separate/batch/batch_flags.hpp"
#include "separate/batch/dry_run.hpp"
#include "separate/batch/separate_batch.hpp"
#include "separate/guide_flags.hpp"
#include "separate/labelled_sources.hpp"
#include "separate/memory_flags.hpp"
#include "separate/score_flags.hpp"
#include "separate/search_flags.hpp"
#include "separate/source_flags.hpp"
#include "separate/stem_flags.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

class Separate final : public Command {
 public:
  explicit Separate(Flags& parent);

 private:
  int execute(Console& console) override;
  void tell_of_prior(Console& console) const;
  void tell_of_other_mixture(const std::vector<StemPlan>& plans, Console& console) const;
  std::string flag_of_one() const;
  void refuse_contradictions() const;
  std::optional<TrackHistory> history_of() const;
  Json run_batch(const std::vector<StemPlan>& plans, TrackHistory* history, Console& console) const;
  void refuse_clashes(const std::vector<StemPlan>& plans) const;
  Json settings() const;
  Json document(const Json& tracks) const;

  BatchFlags batch_;
  StemFlags stems_;
  InputFlags input_;
  MemoryFlags memory_;
  SourceFlags sources_;
  GuideFlags guide_;
  MusicScoreFlags score_;
  SearchFlags search_;
  SeparationJob job_;
  std::vector<PassedOver> passed_over_;
};

Separate::Separate(Flags& parent)
    : Command(parent, "separate", "Separate mixtures into their sources") {
  batch_.add_inputs(app());
  sources_.add_to(app());
  guide_.add_to(app());
  score_.add_to(app());
  stems_.add_to(app());
  batch_.add_to(app());
  input_.add_to(app());
  app().begin_group("Speed and memory");
  memory_.add_to(app());
  search_.add_to(app());
  job_.analysis.add_to(app());
  search_.add_mask_to(app());
  add_shared_flags();
  app().footer(
      "Examples:\n"
      "  nmfsep separate song.wav -m drums.safetensors -m bass.safetensors -o out/\n"
      "  nmfsep separate song.wav -m bass.safetensors --learn rest=25 -o out/\n"
      "  nmfsep separate song.wav --labels regions.txt -o out/\n"
      "  nmfsep separate song.wav --learn a=25 --learn b=25 --guide marks.txt -o out/\n"
      "  nmfsep separate song.wav --score song.mid --track 2=piano -o out/\n"
      "  nmfsep separate song.wav -c 8 -o out/\n"
      "  nmfsep separate song.wav -c 30 --group 3 --like drums.wav -o out/\n"
      "  nmfsep separate song.wav --hpss --stdout percussive |\n"
      "      nmfsep separate - -m kick.safetensors -m snare.safetensors -o out/\n"
      "  arecord -f cd -t wav |\n"
      "      nmfsep separate - -m voice.safetensors -m noise.safetensors \\\n"
      "      --stdout voice --block-frames 16 | aplay\n"
      "  nmfsep separate album/ --recursive -m band.safetensors -o stems/ \\\n"
      "      --name-template '{folder}/{track} ({source}).{ext}'");
}

int Separate::execute(Console& console) {
  sources_.take_models(batch_);
  guide_.read_project();
  if (guide_.project()) sources_.take_if_none(guide_.project()->models, guide_.project()->learn);
  batch_.validate();
  input_.validate(batch_.reads_stdin());
  stems_.validate(batch_.reads_stdin());
  sources_.validate({guide_.given(), score_.given()});
  refuse_contradictions();
  job_.nmf = search_.search();
  if (guide_.project() && !app().was_given("--seed")) job_.nmf.seed = guide_.project()->seed;
  job_.excerpt = input_.excerpt();
  job_.raw = input_.raw();
  job_.take_what_is_there = input_.take_what_is_there();
  memory_.apply_to(job_.separator, batch_.options().jobs);
  job_.hpss = sources_.hpss();
  job_.grouping = sources_.groups().options(job_.nmf.seed, console);
  job_.guide = guide_.guide();
  job_.score = score_.score();
  job_.models = sources_.load(console);
  if (!sources_.labels().empty()) {
    const LabelledSources labelled{sources_.labels(), batch_.inputs(stems_.folder()).files,
                                   search_.objective(),
                                   command_line(app(), CommandWords::that_count)};
    for (const SourceModel& model : learn(labelled, job_, console)) job_.models.push_back(model);
  }
  search_.settle(job_, sources_.learns() || job_.score != nullptr);
  if (job_.grouping)
    job_.nmf.components = sources_.components();
  else
    job_.learnt = sources_.learnt();
  search_.settle_prior(job_);
  tell_of_prior(console);
  job_.save_model = sources_.save_model();
  job_.describes_components = sources_.splits() && !job_.grouping;
  job_.command = command_line(app(), CommandWords::with_outputs);
  // What suits no input is refused before the first; the rate counts only where there is no model.
  const std::shared_ptr<const Separator> separator = separator_for(job_, 44100);
  if (!job_.models.empty()) job_.shared = separator;
  const std::vector<std::string> sources = separator->source_names();
  if (sources.size() == 1)
    throw InvalidArgument(fmt::format(
        "{}: one source alone would be given the whole mixture; {}", printable(sources.front()),
        sources_.splits() ? "-c takes two components or more"
                          : "add the models of the others, or --learn rest=25 for what has none"));
  FoundInputs inputs = batch_.inputs(stems_.folder());
  passed_over_ = std::move(inputs.passed_over);
  tell(passed_over_, console);
  std::vector<StemPlan> plans =
      plan_stems(stems_.request(std::move(inputs.files), sources, overwrite()));
  if (!flag_of_one().empty() && plans.size() > 1)
    throw InvalidArgument(
        fmt::format("{} is of one mixture, and here are {}; separate them one by one",
                    flag_of_one(), plans.size()));
  refuse_clashes(plans);
  tell_of_other_mixture(plans, console);
  plans = batch_.shard().of(std::move(plans));
  std::optional<TrackHistory> history = history_of();
  for (StemPlan& plan : plans) settle_overwriting(plan, history ? &*history : nullptr);
  JsonOutput json(json_target(), overwrite());
  job_.model_files = sources_.models();
  job_.about = document(Json::array());

  const Json tracks = run_batch(plans, history ? &*history : nullptr, console);
  if (history && !batch_.dry_run()) history->finish();
  json.write(document(tracks), console);
  return std::any_of(tracks.begin(), tracks.end(),
                     [](const Json& track) { return track["status"] == "failed"; })
             ? 1
             : 0;
}

std::optional<TrackHistory> Separate::history_of() const {
  if (batch_.manifest().empty()) return std::nullopt;
  const auto access = batch_.dry_run() ? Manifest::Access::look : Manifest::Access::write;
  OutputFolders folders;
  if (!batch_.dry_run()) folders.add(fs::path(batch_.manifest()).parent_path());
  std::vector<std::string> known = sources_.models();
  for (const std::string& example : sources_.groups().examples()) known.push_back(example);
  TrackHistory history(std::make_unique<Manifest>(batch_.manifest(), access), settings(), known);
  folders.keep();
  return history;
}

Json Separate::run_batch(const std::vector<StemPlan>& plans, TrackHistory* history,
                         Console& console) const {
  BatchOptions options = batch_.options();
  options.lists_outputs = json_target() != "-";
  options.passed_over = passed_over_.size();
  if (batch_.dry_run()) return DryRun(job_, history, options).run(plans, console);
  return SeparateBatch(job_, history, options).run(plans, console);
}

/// What was given that is of one mixture, or nothing.
std::string Separate::flag_of_one() const {
  if (guide_.given()) return "--guide";
  if (score_.given()) return "--score";
  if (!sources_.labels().empty()) return "--labels";
  return sources_.save_model().empty() ? "" : "--save-model";
}

void Separate::refuse_contradictions() const {
  if (sources_.gave_hpss() &&
      (search_.objective().gave_divergence() || search_.objective().gave_prior()))
    throw InvalidArgument("--hpss minimises nothing; leave out --divergence and --prior");
  if (!sources_.models().empty() && job_.analysis.given())
    throw InvalidArgument(
        "--fft-size, --window-size, --hop, --window and --magnitude-exponent come from the "
        "models; leave them out, or train with them");
  if (!sources_.models().empty() && search_.objective().gave_divergence())
    throw InvalidArgument("--divergence comes from the models; leave it out, or train with it");
  if (!sources_.labels().empty() && batch_.reads_stdin())
    throw InvalidArgument("--labels needs the mixture in a file, which is read twice; leave out -");
  if (!flag_of_one().empty() && !batch_.manifest().empty())
    throw InvalidArgument(flag_of_one() + " is of one mixture; leave out --manifest");
  if (stems_.uses_stdout() && (json_target() == "-" || !batch_.manifest().empty()))
    throw InvalidArgument(
        "--stdout takes stdout and writes no files; leave out --json - and "
        "--manifest");
  if (batch_.dry_run() && (stems_.uses_stdout() || batch_.reads_stdin()))
    throw InvalidArgument("--dry-run looks at files; leave out --stdout and the input -");
  if (batch_.reads_stdin() && !batch_.manifest().empty())
    throw InvalidArgument("--manifest knows files by what they hold, and - can be read only once");
}

void Separate::refuse_clashes(const std::vector<StemPlan>& plans) const {
  std::vector<std::string> inputs = sources_.models();
  if (!sources_.labels().empty()) inputs.push_back(sources_.labels());
  for (const std::string& file : guide_.files()) inputs.push_back(file);
  if (score_.given()) inputs.push_back(score_.file());
  for (const std::string& file : sources_.groups().examples()) inputs.push_back(file);
  std::vector<std::string> outputs;
  for (const StemPlan& plan : plans) {
    inputs.push_back(plan.input);
    for (const auto& [what, path] : plan.files()) outputs.push_back(path);
  }
  if (!batch_.manifest().empty()) outputs.push_back(batch_.manifest());
  if (!job_.save_model.empty()) {
    require_model_name(job_.save_model);
    outputs.push_back(job_.save_model);
  }
  check_outputs(inputs, outputs);
}

void Separate::tell_of_prior(Console& console) const {
  const auto& prior = job_.nmf.penalty;
  if (!prior) return;
  const std::string words = prior->describe();
  const auto left = prior->of_known_atoms();
  const bool all_known = job_.learnt.empty() && !job_.grouping && !job_.score;
  if (all_known && (!left || left->describe() != words))
    console.warning(fmt::format("prior {}: all atoms are known here, so that {}", words,
                                left ? fmt::format("only {} counts", left->describe())
                                     : "it does nothing; learn some with --learn"));
  if (prior->reach() != 0 && !sources_.learns() && !job_.score)
    console.note(fmt::format(
        "prior {}: frames depend on each other, so each mixture is taken as a whole", words));
}

/// Marks fit the recording on which they were painted.
void Separate::tell_of_other_mixture(const std::vector<StemPlan>& plans, Console& console) const {
  if (!guide_.project() || plans.size() != 1) return;
  const auto hash = file_hash(plans.front().input);
  if (hash && *hash != guide_.project()->mixture_sha256)
    console.warning(fmt::format("{}: is not the file that the project was painted on, {}",
                                nmfsep::quoted(plans.front().input),
                                nmfsep::quoted(guide_.project()->mixture)));
}

/// All that stems depend on, beside the input and the models: what comes of the flags here named,
/// so that a default that is said is as one that is not, and the words of any other that a stem
/// could depend on.
Json Separate::settings() const {
  Json settings = search_.settings(job_);
  settings.update(sources_.settings());
  settings.update(job_.analysis.settings());
  settings.update(stems_.settings());
  settings.update(input_.settings());
  for (const auto& flag : app().all())
    if (flag->can_change_result() && !settings.contains(flag->key()) && !flag->given().empty())
      settings[flag->key()] = flag->given();
  return settings;
}

Json Separate::document(const Json& tracks) const {
  Json settings = {{"models", sources_.models()}};
  settings.update(this->settings());
  const Json analysis = job_.analysis.settings();
  for (const auto& [key, value] : analysis.items())
    if (value.is_null()) settings.erase(key);  // each track says what was taken
  return {{"format", "nmfsep-separation"},
          {"version", 1},
          {"program_version", version},
          {"command", command_line(app(), CommandWords::with_outputs)},
          {"settings", settings},
          {"tracks", tracks},
          {"passed_over", to_json(passed_over_)}};
}

}  // namespace

std::unique_ptr<Command> make_separate(Flags& app) { return std::make_unique<Separate>(app); }

}  // namespace nmfsep::cli
