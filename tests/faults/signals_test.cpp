// Signals at random moments, and readers that go away.
#include <fmt/format.h>

#include <csignal>

#include "faults/workshop.hpp"
#include "nmfsep/core/random.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/tally.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// Stereo, long enough that no job of it ends by itself: short.wav, slow.wav of half its rate,
/// long.wav, and models.
class LongWork : public TemporaryFolder {
 public:
  LongWork() {
    const int rate = cases(16000, 44100);
    const int seconds = cases(20, 600);
    write_audio(*this / "short.wav", {noise(1, 4000, 2, 0.5F), rate});
    write_audio(*this / "slow.wav", {noise(3, 4000, 2, 0.5F), rate / 2});
    write_audio(*this / "long.wav", {noise(2, rate * seconds, 2, 0.5F), rate});
    for (const char* name : {"a", "b"})
      run_program({"train", "short.wav", "-o", std::string(name) + ".model", "-c", "2",
                   "--iterations", "3"},
                  {path()});
  }

  using Words = std::vector<std::string>;
  const std::vector<Words> jobs{
      endless({"train", "long.wav", "-o", "out/new.model"}),
      endless({"train", "slow.wav", "long.wav", "-o", "out/new.model", "--context", "3"}),
      endless({"train", "long.wav", "-o", "out/new.model", "--method", "convolutive"}),
      endless({"train-set", "a=long.wav", "b=long.wav", "-o", "out/new.model"}),
      endless({"separate", "long.wav", "-c", "4", "-o", "out"}),
      endless({"separate", "long.wav", "-m", "a.model", "--learn", "rest=4", "-o", "out"}),
      endless({"separate", "short.wav", "long.wav", "-m", "a.model", "-m", "b.model", "-o", "out",
               "--json", "out/report.json"}),
      {"evaluate", "long.wav", "long.wav", "--frame", "1", "--hop", "0.001", "--json",
       "out/new.json"}};

 private:
  static Words endless(Words arguments) {
    arguments.insert(arguments.end(), {"--iterations", "1000000", "--tolerance", "0"});
    return arguments;
  }
};

const std::vector<int> stop_signals{SIGINT, SIGTERM, SIGHUP};

/// Temporaries, and files of a run that was to make none but a finished track's. An empty folder
/// may stay.
std::string fault_of_leftovers(const TemporaryFolder& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "out")) {
    if (entry.is_directory()) continue;
    const std::string name = std::filesystem::relative(entry.path(), folder / "out").string();
    if (!name.starts_with("short")) return "leaves " + name;
    if (name.ends_with(".part")) return "leaves " + name;
    if (read_audio(entry.path()).length() != 4000) return "cuts " + name;
  }
  return "";
}

std::string fault_of_interruption(const ProgramResult& result, int signal) {
  if (result.status != 128 + signal) return fmt::format("status {}: {}", result.status, result.err);
  // A signal before the program listens ends it without a word.
  if (!result.err.empty() && !result.err.ends_with("nmfsep: interrupted\n"))
    return "says " + result.err;
  // Without the long form other work may take the machine's time.
  if (result.seconds_after_signal > (endurance_report() == nullptr ? 10 : 0.2))
    return fmt::format("is out after {:.2f} s", result.seconds_after_signal);
  return "";
}

}  // namespace

TEST_CASE("a signal at any moment ends the work soon, with its status and no temporaries",
          "[signals]") {
  Tally tally("SIGINT, SIGTERM, SIGHUP: wait after the signal");
  const LongWork work;
  Random random(2);
  for (int repeat = 0; repeat < cases(3, 36); ++repeat)
    for (const auto& job : work.jobs) {
      std::filesystem::remove_all(work / "out");
      std::filesystem::create_directory(work / "out");
      ProgramOptions options{work.path()};
      options.signal = stop_signals[static_cast<std::size_t>(repeat % 3)];
      options.interrupt_after_ms = 50 + static_cast<int>(random.below(cases(400, 4000)));
      const ProgramResult result = run_program(job, options);
      tally.saw_wait(result.seconds_after_signal);
      tally.saw_memory(result.peak_memory);
      std::string fault = fault_of_interruption(result, options.signal);
      if (fault.empty()) fault = fault_of_leftovers(work);
      tally.add(fmt::format("{} {} {} {}, signal {} after {} ms", job[0], job[1], job[2], job[3],
                            options.signal, options.interrupt_after_ms),
                fault);
    }
}

namespace {

/// Sends the signals, in turn, at moments of a run that takes `seconds` by itself.
ProgramOptions signalled_within(double seconds, Random& random, int repeat) {
  ProgramOptions options;
  options.signal = stop_signals[static_cast<std::size_t>(repeat % 3)];
  options.interrupt_after_ms =
      1 + static_cast<int>(random.below(1 + static_cast<std::uint64_t>(1000 * seconds)));
  return options;
}

/// Twelve recordings, to be separated two at a time.
class SmallBatch : public TemporaryFolder {
 public:
  SmallBatch() {
    std::filesystem::create_directory(*this / "in");
    for (int i = 0; i < 12; ++i)
      write_audio(*this / fmt::format("in/{}.wav", i),
                  {noise(static_cast<std::uint64_t>(i), 8000, 2, 0.5F), 16000});
    for (const char* name : {"a", "b"})
      run_program({"train", "in/0.wav", "-o", std::string(name) + ".model", "-c", "20",
                   "--iterations", "3"},
                  {path()});
  }
  ProgramResult run(ProgramOptions options = {}) const {
    options.folder = path();
    return run_program({"separate", "in", "-m", "a.model", "-m", "b.model", "-o", "out", "--jobs",
                        "2", "--iterations", "40", "--tolerance", "0", "--manifest", "m.jsonl"},
                       options);
  }
  void clear() const {
    for (const char* name : {"out", "m.jsonl"}) std::filesystem::remove_all(*this / name);
    std::filesystem::create_directory(*this / "out");
  }
  /// How many inputs the manifest has as done.
  int done() const {
    int count = 0;
    const std::string manifest = contents_of(path())["m.jsonl"];
    const std::string status = "\"status\":\"done\"";
    for (auto at = manifest.find(status); at != std::string::npos;
         at = manifest.find(status, at + 1))
      ++count;
    return count;
  }
};

/// What is wrong with the stems that an interrupted batch left beside those of a whole one.
std::string fault_of_stems(const Contents& left, const Contents& whole, int done) {
  for (const auto& [name, content] : left)
    if (!whole.contains(name) || content != whole.at(name)) return "leaves another " + name;
  return left.size() < static_cast<std::size_t>(2 * done) ? "loses finished stems" : "";
}

}  // namespace

TEST_CASE("a signal in a batch keeps what is finished, and its manifest goes on", "[signals]") {
  Tally tally("… in a batch with a manifest");
  const SmallBatch batch;
  batch.clear();
  const double seconds = batch.run().seconds;
  const Contents whole = contents_of(batch / "out");
  REQUIRE(whole.size() == 24);
  Random random(3);
  for (int repeat = 0; repeat < cases(6, 60); ++repeat) {
    batch.clear();
    const ProgramOptions options = signalled_within(seconds, random, repeat);
    const ProgramResult result = batch.run(options);
    tally.saw_wait(result.seconds_after_signal);
    tally.saw_memory(result.peak_memory);
    const int done = batch.done();
    std::string fault = result.status == 0 ? "" : fault_of_interruption(result, options.signal);
    if (fault.empty()) fault = fault_of_stems(contents_of(batch / "out"), whole, done);
    const ProgramResult again = batch.run();
    if (fault.empty() && (again.status != 0 || contents_of(batch / "out") != whole))
      fault = "does not go on: " + again.err;
    if (fault.empty() && again.err.find(fmt::format(" {} skipped", done)) == std::string::npos)
      fault = fmt::format("does {} finished files again: {}", done, again.err);
    tally.add(fmt::format("signal {} after {} ms", options.signal, options.interrupt_after_ms),
              fault);
  }
}

TEST_CASE("a signal in bundle leaves the older file or the whole new one", "[signals]") {
  Tally tally("… in a bundle of 16 MB");
  const TemporaryFolder folder;
  write_audio(folder / "noise.wav", {noise(4, 140000), 16000});
  for (const char* name : {"a", "b"})
    run_program({"train", "noise.wav", "-o", std::string(name) + ".model", "-c", "500", "--method",
                 "exemplars", "--fft-size", "8192", "--hop", "64"},
                {folder.path()});
  std::filesystem::create_directory(folder / "out");
  const std::vector<std::string> bundle{"bundle", "a.model",        "b.model",
                                        "-o",     "out/both.model", "--overwrite"};
  const ProgramResult undisturbed = run_program(bundle, {folder.path()});
  INFO(undisturbed.err);
  REQUIRE(undisturbed.status == 0);
  const Contents whole = contents_of(folder / "out");
  const Contents older{{"both.model", "what was here before"}};
  Random random(5);
  for (int repeat = 0; repeat < cases(4, 60); ++repeat) {
    write_bytes(folder / "out/both.model", older.at("both.model"));
    ProgramOptions options = signalled_within(undisturbed.seconds, random, repeat);
    options.folder = folder.path();
    const ProgramResult result = run_program(bundle, options);
    tally.saw_wait(result.seconds_after_signal);
    tally.saw_memory(result.peak_memory);
    std::string fault = result.status == 0 ? "" : fault_of_interruption(result, options.signal);
    const Contents left = contents_of(folder / "out");
    if (left != whole && (result.status == 0 || left != older)) fault = "leaves something else";
    tally.add(fmt::format("signal {} after {} ms", options.signal, options.interrupt_after_ms),
              fault);
  }
}

TEST_CASE("a reader that goes away ends the program, which leaves no temporaries", "[signals]") {
  Tally tally("a pipe closed early");
  const LongWork work;
  const std::string brief = " --iterations 3 --json - --overwrite";
  const std::vector<std::string> jobs{
      "train short.wav -o out/short.model" + brief,
      "separate short.wav -m a.model -m b.model -o out" + brief,
      "separate short.wav long.wav -m a.model -m b.model -o out --iterations 3 --overwrite",
      "evaluate short.wav short.wav --json - --overwrite",
      "info a.model",
      "manual markdown"};
  for (int repeat = 0; repeat < cases(1, 20); ++repeat)
    for (const std::string& job : jobs) {
      std::filesystem::create_directory(work / "out");
      const ProgramResult result = run_command(
          {"bash", "-c",
           fmt::format("'{}' {} | true; exit ${{PIPESTATUS[0]}}", program_path().string(), job)},
          {work.path()});
      tally.saw(result);
      const bool is_plain =
          result.status == 0 || result.status == 1 || result.status == 128 + SIGPIPE;
      std::string fault = is_plain ? "" : fmt::format("status {}: {}", result.status, result.err);
      for (const std::string& entry : work.entries())
        if (entry.ends_with(".part")) fault = "leaves " + entry;
      tally.add(job, fault);
    }
}

TEST_CASE("killed at any moment, the program leaves whole files, and runs again", "[kill]") {
  Tally tally("SIGKILL at random moments");
  Random random(1);
  for (const Job& job : workshop().jobs())
    for (int repeat = 0; repeat < cases(3, 80); ++repeat) {
      workshop().set_up(job);
      ProgramOptions options;
      options.interrupt_after_ms = 1 + static_cast<int>(random.below(60));
      options.signal = SIGKILL;
      const ProgramResult result = workshop().run(job, options);
      tally.saw(result);
      tally.add(fmt::format("{}: killed after {} ms", job.name, options.interrupt_after_ms),
                workshop().fault_of_kill(job, result));
    }
}
