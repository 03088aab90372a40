#include "scoring/source_matcher.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "scoring/sum_of_others.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

template <typename Named>
std::string names_of(const Named& files) {
  std::string names;
  for (const auto& [name, path] : files) names += (names.empty() ? "" : ", ") + printable(name);
  return names.empty() ? "nothing" : names;
}

}  // namespace

SourceMatcher::SourceMatcher(const TrackFiles& track, const TrackQuery& query)
    : track_(track),
      query_(query),
      references_(sources_of(audio_files(track.reference))),
      estimates_(sources_of(audio_files(track.estimate))) {
  for (const char* name : mixture_names)
    if (references_.count(name) != estimates_.count(name)) leave_out(name);
  for (const std::string& name : query.ignored) leave_out(name);
  if (references_.empty())
    throw FileError(fmt::format("{}: holds no audio files", quoted(track.reference)));
  for (const auto& [name, members] : query.groups) add_group(name, members);
  held_ = names_of(estimates_);
  if (!query.sources.empty()) keep_wanted();
}

MatchedFiles SourceMatcher::matched() {
  if (query_.any_names) return all_of_any_names();
  MatchedFiles result;
  if (query_.sources.empty()) take_sums(result.sums);
  for (auto& [name, files] : references_) {
    result.references.push_back({name, files});
    result.estimates.push_back(estimate_of(name));
  }
  if (!estimates_.empty() && !query_.leave_out_extra && query_.sources.empty())
    throw UnmatchedEstimate(fmt::format("{}: has no reference in {}, which holds {}",
                                        quoted(estimates_.begin()->second[0]),
                                        quoted(track_.reference), names_of(references_)));
  for (const auto& [name, files] : estimates_) result.left_out.push_back(files[0]);
  return result;
}

MatchedFiles SourceMatcher::all_of_any_names() {
  if (estimates_.size() < references_.size())
    throw FileError(
        fmt::format("{}: holds {} for the {} references of {}; there must be at least one for each",
                    quoted(track_.estimate), names_of(estimates_), references_.size(),
                    quoted(track_.reference)));
  MatchedFiles result;
  for (auto& [name, files] : references_) result.references.push_back({name, files});
  for (auto& [name, files] : estimates_) result.estimates.push_back({name, files});
  return result;
}

SourceMatcher::Sources SourceMatcher::sources_of(const AudioFiles& files) {
  Sources sources;
  for (const auto& [name, path] : files) sources[name] = {path};
  return sources;
}

/// The files of the members, which are taken out; empty where one is not there.
std::vector<fs::path> SourceMatcher::taken(Sources& sources,
                                           const std::vector<std::string>& members) {
  std::vector<fs::path> files;
  bool complete = true;
  for (const std::string& member : members) {
    const auto entry = sources.find(member);
    complete = complete && entry != sources.end();
    if (entry == sources.end()) continue;
    files.insert(files.end(), entry->second.begin(), entry->second.end());
    sources.erase(entry);
  }
  if (!complete) files.clear();
  return files;
}

/// The name of the estimate of a reference.
std::string SourceMatcher::wanted(const std::string& reference) const {
  const auto renamed = query_.renamed.find(reference);
  return renamed == query_.renamed.end() ? reference : renamed->second;
}

/// Takes out what has no counterpart and is the sum of all others in its folder.
void SourceMatcher::take_sums(std::vector<fs::path>& sums) {
  std::set<std::string> with_estimate, with_reference;
  for (const auto& [name, files] : references_) {
    with_reference.insert(wanted(name));
    if (estimates_.count(wanted(name)) > 0) with_estimate.insert(name);
  }
  take_sum(references_, with_estimate, sums);
  take_sum(estimates_, with_reference, sums);
}

void SourceMatcher::take_sum(Sources& sources, const std::set<std::string>& matched,
                             std::vector<fs::path>& sums) {
  std::vector<fs::path> others, unmatched;
  for (const auto& [name, files] : sources) {
    std::vector<fs::path>& list = matched.count(name) > 0 ? others : unmatched;
    list.insert(list.end(), files.begin(), files.end());
  }
  if (unmatched.size() != 1 || others.size() < 2 || !is_sum_of(unmatched[0], others)) return;
  sums.push_back(unmatched[0]);
  std::erase_if(sources, [&](const auto& source) { return source.second == unmatched; });
}

void SourceMatcher::leave_out(const std::string& name) {
  references_.erase(name);
  estimates_.erase(name);
}

/// Leaves out all references but those that are to be scored.
void SourceMatcher::keep_wanted() {
  const std::string all = names_of(references_);
  for (const std::string& name : query_.sources)
    if (references_.count(name) == 0)
      throw FileError(
          fmt::format("{}: holds no '{}', but {}", quoted(track_.reference), printable(name), all));
  std::erase_if(references_, [&](const auto& source) {
    return std::find(query_.sources.begin(), query_.sources.end(), source.first) ==
           query_.sources.end();
  });
}

void SourceMatcher::add_group(const std::string& name, const std::vector<std::string>& members) {
  const std::string all = names_of(references_);
  const std::vector<fs::path> files = taken(references_, members);
  if (files.empty() || references_.count(name) > 0)
    throw FileError(fmt::format("{}: no group '{}' can be made of {}, where there are {}",
                                quoted(track_.reference), printable(name),
                                printable(fmt::format("{}", fmt::join(members, ", "))), all));
  references_[name] = files;
  if (query_.any_names) return;
  const std::vector<fs::path> parts = taken(estimates_, members);
  if (estimates_.count(name) == 0 && !parts.empty()) estimates_[name] = parts;
}

SourceFiles SourceMatcher::estimate_of(const std::string& name) {
  const auto estimate = estimates_.find(wanted(name));
  if (estimate == estimates_.end())
    throw UnmatchedReference(
        fmt::format("{}: has no estimate in {}, which holds {}; name it alike",
                    quoted(references_[name][0]), quoted(track_.estimate), held_),
        name);
  SourceFiles found{estimate->first, estimate->second};
  estimates_.erase(estimate);
  return found;
}

}  // namespace nmfsep
