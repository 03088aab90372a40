// Signals to the real program in the middle of its work: it is out soon, says so by its status, and
// leaves nothing behind.
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/stage.hpp"
#include "support/catch.hpp"

using nmfsep::test::stage;

namespace {

std::vector<std::string> endless(std::vector<std::string> factorisation) {
  factorisation.insert(factorisation.end(), {"--iterations", "1000000", "--tolerance", "0"});
  return factorisation;
}

/// Work that takes minutes when nobody stops it.
const std::vector<std::vector<std::string>> endless_jobs{
    endless({"train", "long.wav", "-o", "new.model"}),
    endless({"train", "long.wav", "-o", "taken.safetensors", "--overwrite"}),
    endless({"separate", "long.wav", "-c", "8", "-o", "new"}),
    endless({"separate", "long.wav", "good.wav", "-c", "8", "-o", "new"}),
    endless({"separate", "long.wav", "-m", "drums.model", "-m", "bass.model", "-o", "new"}),
    endless({"separate", "long.wav", "-m", "drums.model", "-m", "bass.model", "-o", "new",
             "--report", "--plots"}),
    endless({"separate", "long.wav", "-m", "drums.model", "--learn", "rest=8", "-o", "new"}),
    {"evaluate", "long.wav", "long.wav", "--frame", "1", "--hop", "0.001", "--json", "new.json"},
};

/// Folders that were made for outputs may stay, empty.
void remove_empty_folders() {
  for (const char* folder : {"new/long", "new/good", "new"}) {
    std::error_code is_absent_or_full;
    std::filesystem::remove(stage() / folder, is_absent_or_full);
  }
}

void check_interrupted(int signal, int after_ms) {
  for (const std::vector<std::string>& job : endless_jobs) {
    INFO(job[0] << " " << job[2] << " " << job[3] << " after " << after_ms << " ms");
    const auto before = stage().contents();
    nmfsep::test::ProgramOptions options;
    options.interrupt_after_ms = after_ms;
    options.signal = signal;
    const auto result = stage().run(job, options);
    CHECK(result.status == 128 + signal);
    CHECK(result.out.empty());
    CHECK(result.err == "nmfsep: interrupted\n");
    CHECK(result.seconds_after_signal < 5);  // it is 0.2 on a machine with nothing else to do
    remove_empty_folders();
    CHECK((stage().contents() == before));
  }
}

}  // namespace

TEST_CASE("Ctrl-C ends the work with status 130 and nothing left") {
  check_interrupted(SIGINT, 400);
}

TEST_CASE("SIGTERM ends the work with status 143 and nothing left") {
  check_interrupted(SIGTERM, 700);
}
