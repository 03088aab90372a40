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

TEST_CASE("every instruction set makes the same samples but for rounding", "[threads]") {
  Tally tally("instruction sets");
  const Job& job = workshop().jobs()[1];
  REQUIRE(job.name == "separate");
  const auto stem_of = [&](const std::string& target) {
    ProgramOptions options;
    options.environment = {"NMFSEP_TARGET=" + target};
    workshop().set_up(job);
    tally.saw(workshop().run(job, options));
    return read_audio(workshop().folder() / "out/mix/low.wav").samples;
  };
  const std::vector<std::string> targets = kernel_targets();
  const Matrix best = stem_of(targets.front());
  for (const std::string& target : targets) {
    const float difference = (stem_of(target) - best).array().abs().maxCoeff();
    tally.add(target, difference <= 1e-6F ? "" : fmt::format("differs by {}", difference));
  }
}
