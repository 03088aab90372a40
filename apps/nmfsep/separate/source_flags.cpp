#include "separate/source_flags.hpp"

#include <fmt/format.h>

#include "files/inputs.hpp"
#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/model_file.hpp"

namespace nmfsep::cli {
namespace {

/// All stems of a track are open for writing at once, and systems allow some 1000 open files.
constexpr Index most_stems = 500;

}  // namespace

LearntSource learnt_source(const std::string& text) {
  const auto equals = text.rfind('=');
  const auto count = parse_number<std::uint64_t>(
      text.substr(equals == std::string::npos ? text.size() : equals + 1));
  if (equals == 0 || !count || *count < 1 || *count > 100000)
    throw InvalidArgument(fmt::format(
        "--learn {}: must be NAME=N with N from 1 to 100000, as in rest=25", printable(text)));
  return {text.substr(0, equals), static_cast<Index>(*count)};
}

std::string component_name(Index component, Index count) {
  return fmt::format("component-{:0{}}", component + 1, count < 100 ? 2 : 3);
}

void SourceFlags::add_to(Flags& app) {
  app.begin_group("Models");
  app.add_option("-m,--model", models_,
                 "Model files: one, several with commas between them, or a pattern in "
                 "quotes (may be given again)")
      ->changes_no_result()  // the content of a model does, which is compared
      ->one_value_each()
      ->type_name("FILE");
  app.add_option("-l,--learn", learn_,
                 "A source without a model, learnt from the mixture with so many atoms (may be "
                 "given again)")
      ->one_value_each()
      ->type_name("NAME=N");
  app.add_option("--labels", labels_,
                 "A file that labels where in the mixture sources are alone (Audacity labels, a "
                 "Raven selection table, Sonic Visualiser boxes): each label's source is learnt "
                 "there, as train does")
      ->type_name("FILE");
  app.add_option("-c,--components", components_,
                 "Without models: split into so many components, a stem each")
      ->type_name("N");
  groups_.add_to(app);
  hpss_.add_to(app);
  app.add_option("--save-model", save_model_,
                 "With --learn or -c: keep what is learnt from the mixture in a model file, for "
                 "the next one")
      ->type_name("FILE");
}

void SourceFlags::take_models(BatchFlags& batch) {
  models_ = expand_files(models_);
  for (const std::string& model : batch.take_models(!models_.empty())) models_.push_back(model);
}

void SourceFlags::take_if_none(const std::vector<std::filesystem::path>& models,
                               const std::vector<std::string>& learn) {
  if (has_models() || !learn_.empty() || components_ || hpss_.given()) return;
  for (const std::filesystem::path& model : models) models_.push_back(model.string());
  learn_ = learn;
}

void SourceFlags::validate(const KnownOfMixture& known) const {
  if (components_ && (*components_ < 1 || *components_ > most_stems))
    throw InvalidArgument(fmt::format("--components = {}, must be 1 to {}: each becomes a stem",
                                      *components_, most_stems));
  groups_.validate(splits());
  if (!has_models() && learn_.empty() && !components_ && !hpss_.given() && !known.score)
    throw InvalidArgument(
        "give models with -m, or a --score, or -c N to split into N components without any, or "
        "--hpss");
  if (hpss_.given() && (has_models() || !learn_.empty() || components_))
    throw InvalidArgument(
        "--hpss splits without models; to go on with one of its stems, give that to the next run "
        "(--stdout percussive)");
  if (components_ && (has_models() || !learn_.empty()))
    throw InvalidArgument("-c splits without models; to learn a source beside models, use --learn");
  if (known.score && (components_ || hpss_.given()))
    throw InvalidArgument("--score says what the sources are; leave out -c and --hpss");
  if (known.marks && (components_ || hpss_.given()))
    throw InvalidArgument(
        "--guide is about sources that have names; give models, or --learn NAME=N of each");
  if (!has_models() && !learn_.empty() && !known.marks && !known.score)
    throw InvalidArgument("--learn is for sources beside models; without models use -c N");
  if (!save_model_.empty() && learn_.empty() && !components_ && !known.score)
    throw InvalidArgument(
        "--save-model keeps what is learnt from a mixture; give --learn, --score or -c");
}

std::vector<SourceModel> SourceFlags::load(Console& console) const {
  std::vector<SourceModel> loaded;
  for (const std::string& path : models_)
    for (SourceModel& model : load_models(path)) {
      console.detail(fmt::format("{}: source '{}', {} atoms, {}", nmfsep::quoted(path), model->name,
                                 model->components(), describe_sight(*model)));
      loaded.push_back(std::move(model));
    }
  return loaded;
}

std::vector<LearntSource> SourceFlags::learnt() const {
  std::vector<LearntSource> sources;
  for (const std::string& text : learn_) sources.push_back(learnt_source(text));
  const Index count = components_.value_or(0);
  for (Index k = 0; k < count; ++k) sources.push_back({component_name(k, count), 1});
  return sources;
}

Json SourceFlags::settings() const {
  return {{"learn", learn_}, {"components", components_.value_or(0)}};
}

}  // namespace nmfsep::cli
