#include "faults/workshop.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <set>
#include <sstream>
#include <stdexcept>

#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/sounds.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string old_content = "what was here before";

bool is_temporary(const std::string& name) { return name.ends_with(".part"); }

bool is_manifest(const std::string& name) { return name.ends_with(".jsonl"); }

void erase_times(Json& json) {
  if (!json.is_structured()) return;
  if (json.is_object())
    for (const char* key : {"time", "elapsed_seconds"}) json.erase(key);
  for (Json& element : json) erase_times(element);
}

/// JSON without what differs from run to run; all else as it is.
std::string without_times(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_structured()) return text;
  erase_times(json);
  return json.dump();
}

/// What an output says. A manifest is a JSON document a line, in the order of what was done.
std::string reading_of(const std::string& name, const std::string& content) {
  if (name.ends_with(".json")) return without_times(content);
  if (!is_manifest(name)) return content;
  std::istringstream lines(content);
  std::set<std::string> records;
  for (std::string line; std::getline(lines, line);) records.insert(without_times(line));
  return fmt::format("{}", fmt::join(records, "\n"));
}

/// A run that fails may say so in its reports.
bool is_whole_report(const std::string& name, const std::string& content) {
  return name.ends_with(".json") ? Json::accept(content)
                                 : name.ends_with(".csv") && content.ends_with('\n');
}

/// The inputs that a manifest tells of in whole lines. Throws what Json does for a line that is
/// none.
std::set<std::string> inputs_of(const std::string& manifest) {
  std::istringstream lines(manifest);
  std::set<std::string> inputs;
  for (std::string line; std::getline(lines, line) && !lines.eof();)
    inputs.insert(Json::parse(line).at("input").get<std::string>());
  return inputs;
}

/// A line that is none, or an input of which the `older` manifest knew and this one does not.
std::string fault_of_manifest(const std::string& manifest, const std::string& older, bool killed) {
  if (!killed && !manifest.empty() && manifest.back() != '\n')
    return "leaves a cut line in the manifest";
  try {
    const std::set<std::string> inputs = inputs_of(manifest);
    for (const std::string& input : inputs_of(older))
      if (!inputs.contains(input)) return "forgets " + input;
  } catch (const Json::exception& error) {
    return std::string("the manifest: ") + error.what();
  }
  return "";
}

void must_succeed(const ProgramResult& result) {
  if (result.status != 0) throw std::runtime_error(result.err);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Contents contents_of(const fs::path& folder) {
  Contents contents;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      contents[fs::relative(entry.path(), folder).string()] = read_bytes(entry.path());
  return contents;
}

Workshop::Workshop() {
  for (const char* name : {"references", "estimates"}) fs::create_directory(folder_ / name);
  const AudioBuffer low = swelling_tone(220, 1.5, 0.5);
  const AudioBuffer high = swelling_tone(523, 2.5, 0.5);
  const Matrix mixture = low.samples + high.samples;
  write_audio(folder_ / "mix.wav", {mixture, 8000});
  for (const auto& [name, audio] : {std::pair{"low", &low}, std::pair{"high", &high}}) {
    const std::string file = std::string(name) + ".wav";
    write_audio(folder_ / file, *audio);
    write_audio(folder_ / ("references/" + file), *audio);
    write_audio(folder_ / ("estimates/" + file), {0.9F * audio->samples + 0.1F * mixture, 8000});
    must_succeed(run_program({"train", file, "-o", std::string(name) + ".model", "--name", name,
                              "-c", "2", "--iterations", "5", "--fft-size", "256"},
                             {folder_.path()}));
  }
  add_job("train", {"train", "low.wav", "-o", "out/low.model", "-c", "2", "--iterations", "5",
                    "--fft-size", "256", "--json", "out/train.json"});
  add_job("separate", {"separate", "mix.wav", "-m", "low.model", "-m", "high.model", "-o", "out",
                       "--iterations", "5", "--json", "out/separate.json"});
  add_job("separate with a manifest",
          {"separate", "low.wav", "mix.wav", "-m", "low.model", "-m", "high.model", "-o", "out",
           "--iterations", "5", "--manifest", "out/done.jsonl", "--retry-failed"});
  add_resumed_job();
  add_job("separate to FLAC", {"separate", "mix.wav", "-c", "2", "-o", "out", "--iterations", "5",
                               "--fft-size", "256", "--format", "flac", "--bit-depth", "16"});
  add_job("evaluate",
          {"evaluate", "references", "estimates", "--metrics", "si-sdr,sdr", "--filter-length",
           "16", "--frame", "0.25", "--json", "out/scores.json", "--csv", "out/scores.csv",
           "--museval-json", "out/museval", "--resume", "out/kept"});
  add_job("train-set", {"train-set", "low=low.wav", "high=high.wav", "-o", "out/set.model", "-c",
                        "4", "--mixture-seconds", "1", "--iterations", "3", "--fft-size", "256",
                        "--json", "out/set.json"});
  add_job("bundle", {"bundle", "low.model", "high.model", "-o", "out/both.model"});
}

/// A job over older files, none of which says anything.
void Workshop::add_job(const std::string& name, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--overwrite", "--threads", "1"});
  Job job{name, std::move(arguments), {}, {}};
  set_up(job);
  must_succeed(run(job));
  for (const auto& [file, content] : files())
    if (!is_manifest(file)) job.before[file] = old_content;
  add(std::move(job));
}

/// Goes on with a manifest, without --overwrite: one input is done, one was with other settings,
/// one is new.
void Workshop::add_resumed_job() {
  const auto arguments = [](std::vector<std::string> words, const char* iterations) {
    words.insert(words.begin(), "separate");
    words.insert(words.end(),
                 {"-m", "low.model", "-m", "high.model", "-o", "out", "--iterations", iterations,
                  "--manifest", "out/done.jsonl", "--retry-failed", "--threads", "1"});
    return words;
  };
  set_up({});
  for (const auto& earlier : {arguments({"low.wav"}, "5"), arguments({"mix.wav"}, "4")})
    must_succeed(run_program(earlier, {folder_.path()}));
  add({"separate and go on", arguments({"low.wav", "mix.wav", "high.wav"}, "5"), files(), {}});
}

void Workshop::add(Job job) {
  set_up(job);
  must_succeed(run(job));
  job.expected = outputs();
  jobs_.push_back(std::move(job));
}

void Workshop::set_up(const Job& job) const {
  fs::remove_all(folder_ / "out");
  fs::create_directory(folder_ / "out");
  for (const auto& [name, content] : job.before) {
    fs::create_directories((folder_ / "out" / name).parent_path());
    write_bytes(folder_ / "out" / name, content);
  }
}

ProgramResult Workshop::run(const Job& job, const ProgramOptions& options) const {
  ProgramOptions here = options;
  here.folder = folder_.path();
  return run_program(job.arguments, here);
}

Contents Workshop::outputs() const {
  Contents contents = files();
  for (auto& [name, content] : contents) content = reading_of(name, content);
  return contents;
}

std::string Workshop::fault_of_outputs(const Job& job, int status) const {
  const bool killed = status == 128 + SIGKILL;
  const Contents found = files();
  for (const auto& [name, content] : found) {
    const auto before = job.before.find(name);
    const bool is_older = before != job.before.end() && content == before->second;
    if (is_temporary(name)) {
      if (!killed) return fmt::format("leaves {}", name);
    } else if (!job.expected.contains(name)) {
      return fmt::format("writes {}", name);
    } else if (is_manifest(name)) {
      const std::string older = before == job.before.end() ? "" : before->second;
      const std::string fault = fault_of_manifest(content, older, killed);
      if (!fault.empty()) return fault;
    } else if (reading_of(name, content) != job.expected.at(name) &&
               (status == 0 || !(is_older || is_whole_report(name, content)))) {
      return fmt::format("leaves {} bytes in {}", content.size(), name);
    }
  }
  for (const auto& [name, content] : status == 0 ? job.expected : job.before)
    if (!found.contains(name)) return fmt::format("loses {}", name);
  return "";
}

std::string Workshop::fault_of_rerun(const Job& job) const {
  const ProgramResult result = run(job);
  if (result.status != 0) return fmt::format("does not run again: {}", first_line(result.err));
  if (outputs() == job.expected) return "";
  const std::string fault = fault_of_outputs(job, 0);
  return "another run " + (fault.empty() ? "writes another manifest" : fault);
}

std::string Workshop::fault_after_kill(const Job& job) const {
  const std::string fault = fault_of_outputs(job, 128 + SIGKILL);
  return fault.empty() ? fault_of_rerun(job) : fault;
}

std::string Workshop::fault_of_kill(const Job& job, const ProgramResult& result) const {
  if (result.status == 0) return fault_of_outputs(job, 0);
  if (result.status != 128 + SIGKILL)
    return fmt::format("status {}: {}", result.status, result.err);
  return fault_after_kill(job);
}

const Workshop& workshop() {
  static const Workshop the_workshop;
  return the_workshop;
}

}  // namespace nmfsep::test
