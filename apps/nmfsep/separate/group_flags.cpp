#include "separate/group_flags.hpp"

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr Index example_atoms = 10;
constexpr double example_seconds = 120;

/// A recording of a source alone, which gives the group its name.
GroupExample example_of(const fs::path& path, std::uint64_t seed, Console& console) {
  TrainingOptions training = usual_training("nmf");
  training.nmf.seed = seed;
  training.nmf.components = example_atoms;
  training.fit_components = true;
  ReadingOptions reading;
  reading.seed = seed;
  reading.most_seconds = example_seconds;
  Diagnostics diagnostics = console.diagnostics();
  const ProgressCallback progress = console.progress(printable(path.filename().native()));
  const auto sources =
      read_sources({{path.stem().string(), {path}}}, reading, diagnostics, progress);
  return learn_example(sources.front(), training, progress);
}

}  // namespace

void GroupFlags::add_to(Flags& app) {
  app.add_option("--group", groups_,
                 "With -c: put components that are alike together, so that so many stems come of "
                 "them")
      ->type_name("N");
  app.add_option("--group-by", by_,
                 "With --group: what is alike; timbre, how components sound, time, when and how "
                 "long they do, or both (default: both)")
      ->one_of({"timbre", "time", "both"})
      ->type_name("timbre|time|both");
  app.add_option("--like", like_,
                 "With --group: a recording of a source alone; what resembles it goes into a stem "
                 "of its name (may be given again)")
      ->changes_no_result()  // what the file holds does, which is compared
      ->one_value_each()
      ->type_name("FILE");
}

void GroupFlags::validate(bool splits) const {
  if (given() && !splits)
    throw InvalidArgument("--group puts components together; give -c N with it, as in -c 30");
  if (given()) return;
  if (!like_.empty()) throw InvalidArgument("--like names one of the groups; give --group N");
  if (by_ != "both") throw InvalidArgument("--group-by is how --group goes about; give --group N");
}

std::optional<GroupingOptions> GroupFlags::options(std::uint64_t seed, Console& console) const {
  if (!given()) return std::nullopt;
  GroupingOptions options;
  options.groups = *groups_;
  options.by = group_by_from_string(by_);
  options.seed = seed;
  if (static_cast<Index>(like_.size()) > options.groups)
    throw InvalidArgument("--like is given more often than --group has groups");
  for (const std::string& path : like_) options.examples.push_back(example_of(path, seed, console));
  return options;
}

}  // namespace nmfsep::cli
