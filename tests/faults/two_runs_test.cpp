// Two processes with the same output.
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep::test;

TEST_CASE("of two runs with the same output the second is refused, and works after the first") {
  const TemporaryFolder folder;
  write_audio(folder / "mix.wav", {noise(1, 160000, 1, 0.5F), 16000});
  for (const char* name : {"a", "b"})
    run_program(
        {"train", "mix.wav", "-o", std::string(name) + ".model", "-c", "2", "--iterations", "2"},
        {folder.path()});
  // The second begins once the first writes both stems; it must leave the temporaries of the first.
  const std::string script =
      "job='separate mix.wav -m a.model -m b.model -o out --overwrite'\n"
      "parts() { find out -name '.nmfsep-*.part' 2> /dev/null | sort; }\n"
      "\"$NMFSEP\" $job --iterations 1000000 --tolerance 0 & first=$!\n"
      "for i in {1..600}; do [ $(parts | wc -l) = 2 ] && break; sleep 0.05; done\n"
      "before=$(parts); \"$NMFSEP\" $job; second=$?\n"
      "[ \"$before\" = \"$(parts)\" ] || echo temporaries changed\n"
      "kill -TERM $first; wait $first; echo first $? second $second\n"
      "\"$NMFSEP\" $job > /dev/null && find out -type f | wc -l";
  const ProgramResult result = run_command({"timeout", "100", "bash", "-c", script},
                                           {folder.path(), {"NMFSEP=" + program_path().string()}});
  CHECK(result.out == "first 143 second 1\n2\n");
  CHECK_THAT(result.err, contains("out/mix/") && contains("is being written by another run"));
}
