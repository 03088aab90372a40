// One hash a command, whatever the number of threads; alike samples on every instruction set.
#include <fmt/format.h>

#include "faults/workshop.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/nmf/kernel_target.hpp"
#include "support/catch.hpp"
#include "support/tally.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

TEST_CASE("any number of threads makes the same bits", "[threads]") {
  Tally tally("threads and repeats");
  for (const Job& job : workshop().jobs())
    for (const int threads : {1, 2, 3, 4, 7, 16})
      for (int repeat = 0; repeat < cases(1, 8); ++repeat) {
        workshop().set_up(job);
        Job with_threads = job;
        with_threads.arguments.back() = std::to_string(threads);
        tally.saw(workshop().run(with_threads));
        tally.add(fmt::format("{} on {} threads", job.name, threads),
                  workshop().fault_of_outputs(job, 0));
      }
}

namespace {

const Job& separation() {
  const Job& job = workshop().jobs()[1];
  REQUIRE(job.name == "separate");
  return job;
}

/// A stem of the job that another program, or this one elsewhere, was told to do.
Matrix stem_after(const ProgramResult& result, Tally& tally) {
  tally.saw(result);
  INFO(result.err);
  CHECK(result.status == 0);
  return read_audio(workshop().folder() / "out/mix/low.wav").samples;
}

/// What is wrong with two stems that should differ by rounding alone: 1e-6 of full scale.
std::string fault_of(const Matrix& one, const Matrix& other) {
  const float difference = (one - other).cwiseAbs().maxCoeff();
  return difference <= 1e-6F ? "" : fmt::format("differs by {}", difference);
}

}  // namespace

TEST_CASE("every instruction set makes the same samples but for rounding", "[threads]") {
  Tally tally("instruction sets");
  const auto stem_of = [&](const std::string& target) {
    ProgramOptions options;
    options.environment = {"NMFSEP_TARGET=" + target};
    workshop().set_up(separation());
    return stem_after(workshop().run(separation(), options), tally);
  };
  const std::vector<std::string> targets = kernel_targets();
  const Matrix best = stem_of(targets.front());
  for (const std::string& target : targets) tally.add(target, fault_of(stem_of(target), best));
}

TEST_CASE("another compiler's program makes the same samples but for rounding", "[.compilers]") {
  const char* other = std::getenv("NMFSEP_OTHER_PROGRAM");
  REQUIRE(other != nullptr);
  Tally tally("compilers");
  workshop().set_up(separation());
  const Matrix ours = stem_after(workshop().run(separation()), tally);
  for (const std::string& target : kernel_targets()) {
    std::vector<std::string> command = separation().arguments;
    command.insert(command.begin(), other);
    ProgramOptions options{workshop().folder().path(), {"NMFSEP_TARGET=" + target}};
    workshop().set_up(separation());
    tally.add(target, fault_of(stem_after(run_command(command, options), tally), ours));
  }
}
