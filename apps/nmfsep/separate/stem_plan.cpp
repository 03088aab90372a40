#include "separate/stem_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

/// All but the source, which each stem adds.
NameFields fields_of(const StemRequest& request, std::size_t i) {
  const InputFile& input = request.inputs[i];
  const std::size_t digits = std::to_string(request.inputs.size()).size();
  std::error_code ignored;
  NameFields fields;
  fields.folder = input.folder.native();
  fields.parent = fs::absolute(input.path, ignored).lexically_normal().parent_path().filename();
  fields.track = input.path == "-" ? "stdin" : input.path.stem();
  fields.index = fmt::format("{:0{}}", i + 1, digits);
  fields.ext = request.formats[i].extension().substr(1);
  return fields;
}

StemPlan plan_of(const StemRequest& request, std::size_t i) {
  StemPlan plan{request.inputs[i].path, request.stems, {}, request.formats[i], request.overwrite};
  NameFields fields = fields_of(request, i);
  try {
    if (!request.explanations.empty())
      plan.explanation = request.explanations / NameTemplate("{folder}/{track}").name(fields);
    if (request.to_stdout) return plan;
    for (const WantedStem& stem : request.stems) {
      fields.source = stem.name;
      plan.outputs.push_back(request.folder / request.names.name(fields));
    }
    for (const Page page : request.pages) {
      fields.source = to_string(page);
      fields.ext = page == Page::report ? "html" : "svg";
      plan.pages[page] = request.folder / request.names.name(fields);
    }
  } catch (const InvalidArgument& error) {
    plan.outputs.clear();
    plan.pages.clear();
    plan.fault = fmt::format("{}: leaves no name for its stems: {}; rename it",
                             nmfsep::quoted(plan.input), error.what());
  }
  return plan;
}

/// Finds outputs that are one file.
class Collisions {
 public:
  void add(const StemPlan& plan) {
    std::vector<fs::path> outputs;
    for (const auto& [what, file] : plan.files()) outputs.push_back(file);
    if (!plan.explanation.empty()) outputs.push_back(plan.explanation / "a source's");
    for (const fs::path& output : outputs) {
      std::error_code error;
      const fs::path file = fs::weakly_canonical(output, error);
      const auto [other, fresh] = inputs_.emplace(error ? output : file, plan.input);
      if (!fresh) refuse(other->second, plan.input, output);
    }
  }

  void refuse_files_as_folders() const {
    for (const auto& [output, input] : inputs_)
      for (fs::path up = output.parent_path(); up != up.parent_path(); up = up.parent_path())
        if (const auto other = inputs_.find(up); other != inputs_.end())
          throw InvalidArgument(fmt::format("{}: would be a stem of {} and the folder of one of {}",
                                            nmfsep::quoted(up), nmfsep::quoted(other->second),
                                            nmfsep::quoted(input)));
  }

 private:
  [[noreturn]] static void refuse(const fs::path& a, const fs::path& b, const fs::path& output) {
    if (a == b)
      throw InvalidArgument(
          fmt::format("{}: is the name of two stems of {}; put {{source}} into --name-template",
                      nmfsep::quoted(output), nmfsep::quoted(a)));
    throw InvalidArgument(fmt::format(
        "{} and {} would both write to {}; put {{folder}}, {{parent}} or {{index}} into "
        "--name-template, or separate them apart, with different --out-dir",
        nmfsep::quoted(a), nmfsep::quoted(b), nmfsep::quoted(output)));
  }

  std::map<fs::path, fs::path> inputs_;  ///< by output
};

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string to_string(Page page) { return page == Page::report ? "report" : "plots"; }

std::vector<std::pair<std::string, fs::path>> StemPlan::files() const {
  std::vector<std::pair<std::string, fs::path>> files;
  for (std::size_t s = 0; s < outputs.size(); ++s) files.emplace_back(stems[s].name, outputs[s]);
  for (const auto& [page, path] : pages) files.emplace_back("page:" + to_string(page), path);
  return files;
}

std::vector<WantedStem> wanted_stems(const std::vector<std::string>& sources,
                                     const std::vector<std::string>& only,
                                     const std::string& residual) {
  for (const std::string& name : only)
    if (!has(sources, name))
      throw InvalidArgument(fmt::format("--only {}: is no source here; there {} {}",
                                        printable(name), sources.size() == 1 ? "is" : "are",
                                        printable(fmt::format("{}", fmt::join(sources, ", ")))));
  std::vector<WantedStem> stems;
  for (std::size_t s = 0; s < sources.size(); ++s)
    if (only.empty() || has(only, sources[s])) stems.push_back({sources[s], s});
  if (residual.empty()) return stems;
  validate_source_name(residual);
  if (has(sources, residual))
    throw InvalidArgument(
        fmt::format("--residual {}: is a source; use another name", printable(residual)));
  stems.push_back({residual});
  return stems;
}

std::vector<StemPlan> plan_stems(const StemRequest& request) {
  std::vector<StemPlan> plans;
  Collisions collisions;
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    plans.push_back(plan_of(request, i));
    collisions.add(plans.back());
  }
  collisions.refuse_files_as_folders();
  return plans;
}

}  // namespace nmfsep::cli
