#include <map>

#include "batch_folder.hpp"
#include "flags/commands.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using test::Batch;

namespace {

/// A value other than the usual for each flag of `separate` that a stem may depend on.
const std::map<std::string, std::vector<std::string>> other_values{
    {"--learn", {"rest=2"}},           {"--format", {"flac"}},
    {"--bit-depth", {"16"}},           {"--residual", {"left"}},
    {"--save-activations", {"found"}}, {"--start", {"0.02"}},
    {"--duration", {"0.05"}},          {"--take-what-is-there", {}},
    {"--mask-exponent", {"1.25"}},     {"--iterations", {"7"}},
    {"--tolerance", {"0.5"}},          {"--seed", {"9"}},
    {"--solver", {"multiplicative"}},  {"--exact", {}},
    {"--prior", {"sparsity=2"}},
};

/// Flags that count only where there is no model, or nothing but a pipe to read: a manifest of
/// files that are separated with models never meets them.
const std::vector<std::string> elsewhere{
    "--components",  "--fft-size",       "--window-size",
    "--hop",         "--window",         "--magnitude-exponent",
    "--raw-rate",    "--raw-channels",   "--raw-format",
    "--save-model",  "--hpss",           "--hpss-margin",
    "--hpss-kernel", "--group",          "--group-by",
    "--like",        "--divergence",     "--labels",
    "--guide",       "--guide-strength", "--score",
    "--track",       "--score-tolerance"};

std::vector<std::string> flags_that_change_stems() {
  cli::Flags program("a program", "nmfsep");
  const auto separate = cli::make_separate(program);
  std::vector<std::string> names;
  for (const auto& flag : program.commands().front()->all())
    if (flag->can_change_result() && !flag->is_positional()) names.push_back(flag->name());
  return names;
}

}  // namespace

TEST_CASE("every flag that a stem may depend on makes a manifest's stems stale") {
  for (const std::string& flag : flags_that_change_stems()) {
    if (std::find(elsewhere.begin(), elsewhere.end(), flag) != elsewhere.end()) continue;
    INFO(flag
         << ": a new flag needs another value here, or changes_no_result() where it is declared");
    REQUIRE(other_values.contains(flag));
    const Batch folder(1);
    const auto run = [&](const std::vector<std::string>& more) {
      std::vector<std::string> words{"separate",         "in", "-m",  "low.safetensors", "-m",
                                     "high.safetensors", "-o", "out", "--manifest",      "m.jsonl"};
      words.insert(words.end(), more.begin(), more.end());
      return test::run_program(words, {.folder = folder.path()});
    };
    REQUIRE(run({}).status == 0);
    REQUIRE_THAT(run({}).err, contains("skipped, its stems are there"));
    std::vector<std::string> again{"--overwrite", flag};
    for (const std::string& value : other_values.at(flag)) again.push_back(value);
    const auto result = run(again);
    CHECK(result.status == 0);
    CHECK_THAT(result.err, !contains("skipped, its stems are there"));
  }
}
