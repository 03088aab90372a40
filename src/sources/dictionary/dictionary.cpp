#include "nmfsep/sources/dictionary/dictionary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/atoms_part.hpp"
#include "nmfsep/sources/dictionary/dictionary_decomposer.hpp"
#include "sources/value_checks.hpp"

namespace nmfsep {
namespace {

/// "20 ann/25 bob/…": a speaker's atoms and name, as details writes them. Names hold no slash.
std::vector<Speaker> read_speakers(const StoredSource& stored) {
  std::vector<Speaker> speakers;
  std::string_view text = stored.text("speakers");
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    Speaker& speaker = speakers.emplace_back();
    const char* end = line.data() + line.size();
    const auto [stop, error] = std::from_chars(line.data(), end, speaker.components);
    if (error != std::errc() || stop == end || *stop != ' ')
      throw InvalidArgument(fmt::format("source '{}': speakers: '{}' is no number and name",
                                        stored.header().name, printable(line)));
    speaker.name.assign(stop + 1, end);
  }
  return speakers;
}

SourceModel load(const StoredSource& stored) {
  Dictionary model;
  static_cast<ModelHeader&>(model) = stored.header();
  model.W = stored.matrix("W");
  if (stored.has("speakers")) model.speakers = read_speakers(stored);
  return model;
}

std::unique_ptr<const Decomposer> explain_alone(const std::vector<SourceModel>& models,
                                                const std::vector<LearntSource>& learnt,
                                                const NmfOptions& options) {
  return std::make_unique<DictionaryDecomposer>(all_of_kind<Dictionary>(models), learnt, options);
}

}  // namespace

const SourceKind dictionary_kind{"dictionary", load, explain_alone};

std::string Dictionary::kind() const { return std::string(dictionary_kind.name); }

std::vector<Index> Dictionary::blocks() const {
  if (speakers.empty()) return {components()};
  std::vector<Index> sizes;
  for (const Speaker& speaker : speakers) sizes.push_back(speaker.components);
  return sizes;
}

std::vector<std::pair<std::string, std::string>> Dictionary::facts() const {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const Speaker& speaker : speakers)
    lines.emplace_back("speaker", fmt::format("{}, {} atoms", speaker.name, speaker.components));
  return lines;
}

Metadata Dictionary::details() const {
  Metadata details{{"components", fmt::format("{}", components())}};
  if (speakers.empty()) return details;
  std::string& lines = details["speakers"];
  for (const Speaker& speaker : speakers)
    lines += fmt::format("{}{} {}", lines.empty() ? "" : "/", speaker.components, speaker.name);
  return details;
}

void Dictionary::validate() const {
  const NamedMatrix values{name, "W", W};
  require_shape(values, bins_of(analysis), W.cols());
  require_non_negative(values);
  require_unit_columns(values);
  if (speakers.empty()) return;
  Index sum = 0;
  for (const Speaker& speaker : speakers) {
    validate_source_name(speaker.name);
    if (speaker.components < 1)
      throw InvalidArgument(
          fmt::format("source '{}': speaker '{}' has {} atoms, must be at least 1", name,
                      speaker.name, speaker.components));
    sum += speaker.components;
  }
  if (sum != W.cols())
    throw InvalidArgument(
        fmt::format("source '{}': its speakers have {} atoms, W has {}", name, sum, W.cols()));
}

std::unique_ptr<Part> Dictionary::part(int /*member*/, const NmfOptions& options) const {
  return std::make_unique<AtomsPart>(W, AtomSpan{1, 0}, options.penalty);
}

}  // namespace nmfsep
