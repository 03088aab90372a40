// Calls that fail inside a run of the program: of the system, of memory; and power cuts there.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <sstream>

#include "faults/workshop.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/tally.hpp"

using namespace nmfsep::test;

namespace {

/// The variable that has the nth call of a kind fail; see shim/failing_calls.cpp.
std::string fault_at(const std::string& kind, long n, const std::string& how) {
  return fmt::format("NMFSEP_FAULT={}:{}:{}", kind, n, how);
}

ProgramResult run_with(const Job& job, const std::string& fault) {
  workshop().set_up(job);
  ProgramOptions options;
  options.environment = {"LD_PRELOAD=" NMFSEP_SHIM, fault};
  return workshop().run(job, options);
}

/// How many calls of a kind a job makes.
long count_calls(const Job& job, const std::string& kind) {
  const TemporaryFolder folder;
  const std::string file = (folder / "count").string();
  workshop().set_up(job);
  ProgramOptions options;
  options.environment = {"LD_PRELOAD=" NMFSEP_SHIM, fault_at(kind, 0, "0"),
                         "NMFSEP_FAULT_COUNT=" + file};
  workshop().run(job, options);
  return std::stol(read_bytes(file));
}

/// A separation of one file, with more flags.
Job separation(const std::vector<std::string>& more) {
  Job job{"separation",
          {"separate", "mix.wav", "-m", "low.model", "-m", "high.model", "-o", "out", "--overwrite",
           "--iterations", "5", "--threads", "1"},
          {},
          {}};
  job.arguments.insert(job.arguments.end(), more.begin(), more.end());
  return job;
}

/// `count` of the numbers 1 to `last`, evenly spread with the first and the last; all if fewer.
std::vector<long> spread(long last, long count) {
  std::vector<long> numbers;
  for (long i = 0; i < std::min(last, count); ++i)
    numbers.push_back(last <= count ? i + 1 : 1 + i * (last - 1) / (count - 1));
  return numbers;
}

/// A job under a limit of the memory that it may address.
std::vector<std::string> limited(const Job& job, long mib) {
  std::vector<std::string> command{"prlimit", fmt::format("--as={}", mib << 20U), program_path()};
  command.insert(command.end(), job.arguments.begin(), job.arguments.end());
  return command;
}

/// Whether a message has a path in quotes, of a file or of where one was to be.
bool names_file(const std::string& message) {
  const auto begin = message.find('\'') + 1;
  const std::filesystem::path path = message.substr(begin, message.find('\'', begin) - begin);
  return begin > 0 && std::filesystem::exists((workshop().folder() / path).parent_path());
}

/// Fails with a message and status 1, or did not mind; files are whole; it runs again.
std::string fault_of_failed_call(const Job& job, const ProgramResult& result) {
  if (result.status != 0 && result.status != 1)
    return fmt::format("status {}: {}", result.status, result.err);
  if (result.status == 1 && result.err.find("nmfsep: ") == std::string::npos)
    return "says nothing of its failure: " + result.err;
  const std::string fault = workshop().fault_of_outputs(job, result.status);
  if (!fault.empty() || result.status == 0) return fault;
  return workshop().fault_of_rerun(job);
}

}  // namespace

TEST_CASE("when the nth call of the system fails, once or for good, no file is lost", "[calls]") {
  Tally tally("nth call fails");
  for (const Job& job : workshop().jobs())
    for (const char* kind :
         {"open", "read", "write", "flush", "rename", "close", "mkdir", "truncate", "lock", "seek"})
      for (const long n : spread(count_calls(job, kind), cases(3, 1000)))
        for (const std::string& how : {std::to_string(ENOSPC), std::to_string(EIO) + "+"}) {
          if (endurance_report() == nullptr && (how.back() == '+') != (n % 2 == 0)) continue;
          const ProgramResult result = run_with(job, fault_at(kind, n, how));
          tally.saw(result);
          std::string fault = fault_of_failed_call(job, result);
          if (fault.empty() && result.status != 0 && !names_file(result.err))
            fault = "names no file: " + result.err;
          tally.add(fmt::format("{}: {} {} fails with {}", job.name, kind, n, how), fault);
        }
}

TEST_CASE("when the nth call fails, what went to stdout is the beginning of the stem", "[calls]") {
  Tally tally("nth call fails under --stdout");
  const Job job{"--stdout",
                {"separate", "mix.wav", "-m", "low.model", "-m", "high.model", "--stdout", "low",
                 "--iterations", "5", "--block-frames", "4", "--threads", "1"},
                {},
                {}};
  const std::string stem = workshop().run(job).out;
  for (const char* kind : {"open", "read", "write", "flush", "close"})
    for (const long n : spread(count_calls(job, kind), cases(3, 1000)))
      for (const std::string& how : {std::to_string(ENOSPC), std::to_string(EIO) + "+"}) {
        const ProgramResult result = run_with(job, fault_at(kind, n, how));
        tally.saw(result);
        std::string fault = fault_of_failed_call(job, result);
        if (fault.empty() && !stem.starts_with(result.out)) fault = "writes something else";
        if (fault.empty() && result.status == 0 && result.out != stem) fault = "cuts the stem";
        tally.add(fmt::format("--stdout: {} {} fails with {}", kind, n, how), fault);
      }
}

TEST_CASE("where files cannot be locked, every command works without") {
  for (const Job& job : workshop().jobs()) {
    const ProgramResult result = run_with(job, fault_at("lock", 1, std::to_string(ENOLCK) + "+"));
    INFO(job.name << ": " << result.err);
    CHECK(result.status == 0);
    CHECK(workshop().fault_of_outputs(job, result.status).empty());
  }
}

TEST_CASE("an output is flushed to the disk, and so is its folder") {
  const Job& bundle = workshop().jobs().back();
  REQUIRE(bundle.expected.size() == 1);
  CHECK(count_calls(bundle, "flush") == 2);
}

TEST_CASE("every line of a manifest is flushed to the disk before the next file is begun") {
  const long without = count_calls(separation({}), "flush");
  const long with = count_calls(separation({"--manifest", "out/m.jsonl"}), "flush");
  INFO(without << " without a manifest, " << with << " with one");
  CHECK(with == without + 4);  // what is begun, what is done; the shortened file and its folder
}

TEST_CASE("a last line that was cut is gone before another is written, whatever ends the run") {
  Job job = separation({"--manifest", "out/m.jsonl"});
  const long renames = count_calls(job, "rename");
  const auto manifest = [] { return read_bytes(workshop().folder() / "out/m.jsonl"); };
  const std::string whole = manifest();
  job.before["m.jsonl"] = whole.substr(0, whole.size() - 30);
  // The last file to get its name is the shortened manifest.
  CHECK(run_with(job, fault_at("rename", renames, "kill")).status == 128 + 9);
  std::istringstream lines(manifest());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) CHECK(nlohmann::json::accept(line));
  CHECK(count > 0);
  CHECK(workshop().run(job).status == 0);
}

TEST_CASE("when the nth allocation fails, the program says so and leaves", "[memory]") {
  Tally tally("nth allocation fails");
  for (const Job& job : workshop().jobs())
    for (const long n : spread(count_calls(job, "allocate"), cases(8, 400))) {
      const ProgramResult result = run_with(job, fault_at("allocate", n, std::to_string(ENOMEM)));
      tally.saw(result);
      tally.add(fmt::format("{}: allocation {} fails", job.name, n),
                fault_of_failed_call(job, result));
    }
}

TEST_CASE("when memory runs out, the program says so and leaves", "[memory]") {
  Tally tally("memory runs out");
  for (const Job& job : workshop().jobs())
    for (long mib = 40; mib <= 200; mib += cases(40, 1)) {
      workshop().set_up(job);
      const ProgramResult result = run_command(limited(job, mib), {workshop().folder().path()});
      tally.saw(result);
      // Below some 40 MiB not even the system's libraries can be loaded.
      if (result.err.find("shared libraries") == std::string::npos)
        tally.add(fmt::format("{} in {} MiB", job.name, mib), fault_of_failed_call(job, result));
    }
}

TEST_CASE("killed at the nth call, the program leaves whole files, and runs again", "[kill]") {
  Tally tally("SIGKILL at the nth call");
  for (const Job& job : workshop().jobs())
    for (const long n : spread(count_calls(job, "call"), cases(4, 80)))
      for (const std::string how : {"kill", "killed"}) {
        const ProgramResult result = run_with(job, fault_at("call", n, how));
        tally.saw(result);
        tally.add(fmt::format("{}: {} at call {}", job.name, how, n),
                  workshop().fault_of_kill(job, result));
      }
}
