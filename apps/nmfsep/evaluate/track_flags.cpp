#include "evaluate/track_flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// The two sides of A=B. Throws InvalidArgument unless there are two.
std::pair<std::string, std::string> sides(const std::string& text, const char* flag,
                                          const char* shape) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw InvalidArgument(fmt::format("{} {}: must be {}", flag, printable(text), shape));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream stream(list);
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

}  // namespace

void TrackFlags::add_to(Flags& app) {
  app.add_option("references", references_,
                 "A file, a folder of sources, or a folder of folders of sources")
      ->required()
      ->type_name("REFERENCES");
  app.add_option("estimates", estimates_, "The same, with files of the same names")
      ->required()
      ->type_name("ESTIMATES");
  app.add_option("--map", renamed_,
                 "The estimate of reference REF is called EST (may be given again)")
      ->one_value_each()
      ->type_name("REF=EST");
  app.add_option(
         "--group", groups_,
         "Score the sum of references A, B and so on as one reference NAME, against the estimate "
         "of that name or else the sum of theirs (may be given again)")
      ->one_value_each()
      ->type_name("NAME=A,B");
  app.add_option("--sources", sources_,
                 "Score these references alone, where not all have an estimate: A,B")
      ->type_name("A,B");
  app.add_option("--ignore", ignored_, "Files of these names are no sources, in either folder: A,B")
      ->type_name("A,B");
  app.add_flag("--leave-out-extra", leave_out_extra_,
               "Leave out estimates that have no reference, and name them, instead of refusing");
  app.add_option("--mixture", mixture_,
                 "Also score the mixture, and how far the estimates improve on it: a file, or a "
                 "folder with TRACK.wav, TRACK/mixture.wav or TRACK/mix.wav")
      ->type_name("PATH");
}

TrackQuery TrackFlags::query(bool any_names) const {
  TrackQuery query;
  query.references = references_;
  query.estimates = estimates_;
  query.mixture = mixture_;
  query.any_names = any_names;
  query.leave_out_extra = leave_out_extra_;
  query.sources = split(sources_);
  query.ignored = split(ignored_);
  for (const std::string& text : renamed_)
    if (!query.renamed.insert(sides(text, "--map", "REF=EST, as in vocals=voice")).second)
      throw InvalidArgument(
          fmt::format("--map {}: renames its reference a second time", printable(text)));
  for (const std::string& text : groups_) {
    const auto [name, members] = sides(text, "--group", "NAME=A,B, as in music=drums,bass");
    if (!query.groups.emplace(name, split(members)).second)
      throw InvalidArgument(fmt::format("--group {}: is made a second time", printable(name)));
  }
  if (query.any_names && !query.renamed.empty())
    throw InvalidArgument(
        "--map: names do not count with --permute and --combine; leave one of them out");
  return query;
}

void check_renamed(const TrackQuery& query, const std::vector<TrackFiles>& tracks) {
  if (query.renamed.empty()) return;
  if (!std::filesystem::is_directory(query.references))
    throw InvalidArgument("--map: two files are matched as they are; leave it out");
  std::vector<std::string> names;
  try {
    names = reference_names(tracks);
  } catch (const FileError&) {
    return;  // the track, which may have the name, fails on its own
  }
  for (const auto& [group, members] : query.groups) names.push_back(group);
  for (const auto& [reference, estimate] : query.renamed)
    if (std::find(names.begin(), names.end(), reference) == names.end())
      throw InvalidArgument(fmt::format("--map {}={}: no reference is called {}; there are {}",
                                        printable(reference), printable(estimate),
                                        printable(reference),
                                        printable(fmt::format("{}", fmt::join(names, ", ")))));
}

}  // namespace nmfsep::cli
