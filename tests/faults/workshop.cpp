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

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

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
    const auto trained = run_program({"train", file, "-o", std::string(name) + ".model", "--name",
                                      name, "-c", "2", "--iterations", "5", "--fft-size", "256"},
                                     {folder_.path()});
    if (trained.status != 0) throw std::runtime_error(trained.err);
  }
  add_job("train", {"train", "low.wav", "-o", "out/low.model", "-c", "2", "--iterations", "5",
                    "--fft-size", "256", "--json", "out/train.json"});
  add_job("separate", {"separate", "mix.wav", "-m", "low.model", "-m", "high.model", "-o", "out",
                       "--iterations", "5", "--json", "out/separate.json"});
  add_job("separate with a manifest",
          {"separate", "low.wav", "mix.wav", "-m", "low.model", "-m", "high.model", "-o", "out",
           "--iterations", "5", "--manifest", "out/done.jsonl", "--retry-failed"});
  add_job("separate to FLAC", {"separate", "mix.wav", "-c", "2", "-o", "out", "--iterations", "5",
                               "--fft-size", "256", "--format", "flac", "--bit-depth", "16"});
  add_job("evaluate",
          {"evaluate", "references", "estimates", "--metrics", "si-sdr,sdr", "--filter-length",
           "16", "--frame", "0.25", "--json", "out/scores.json", "--csv", "out/scores.csv",
           "--museval-json", "out/museval", "--resume", "out/kept"});
  add_job("bundle", {"bundle", "low.model", "high.model", "-o", "out/both.model"});
}

void Workshop::add_job(const std::string& name, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--overwrite", "--threads", "1"});
  Job job{name, std::move(arguments), {}};
  set_up(job);
  const ProgramResult result = run(job);
  if (result.status != 0) throw std::runtime_error(result.err);
  job.expected = outputs();
  jobs_.push_back(std::move(job));
}

void Workshop::set_up(const Job& job) const {
  fs::remove_all(folder_ / "out");
  fs::create_directory(folder_ / "out");
  for (const auto& [name, content] : job.expected) {
    if (is_manifest(name)) continue;
    fs::create_directories((folder_ / "out" / name).parent_path());
    write_bytes(folder_ / "out" / name, old_content);
  }
}

ProgramResult Workshop::run(const Job& job, const ProgramOptions& options) const {
  ProgramOptions here = options;
  here.folder = folder_.path();
  return run_program(job.arguments, here);
}

Contents Workshop::outputs() const {
  Contents contents;
  const fs::path out = folder_ / "out";
  for (const auto& entry : fs::recursive_directory_iterator(out))
    if (entry.is_regular_file())
      contents[fs::relative(entry.path(), out).string()] =
          reading_of(entry.path().filename().string(), read_bytes(entry.path()));
  return contents;
}

std::string Workshop::fault_of_outputs(const Job& job, int status) const {
  const Contents found = outputs();
  for (const auto& [name, content] : found) {
    const auto expected = job.expected.find(name);
    if (is_temporary(name)) {
      if (status != 128 + SIGKILL) return fmt::format("leaves {}", name);
    } else if (expected == job.expected.end()) {
      return fmt::format("writes {}", name);
    } else if (!is_manifest(name) && content != expected->second &&
               (status == 0 || !(content == old_content || is_whole_report(name, content)))) {
      return fmt::format("leaves {} bytes in {}", content.size(), name);
    }
  }
  for (const auto& [name, content] : job.expected)
    if (!found.contains(name) && (status == 0 || !is_manifest(name)))
      return fmt::format("loses {}", name);
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
