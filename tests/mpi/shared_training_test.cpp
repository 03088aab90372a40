// nmfsep-mpi as a user starts it.
#include <fmt/format.h>

#include "nmfsep/sources/model_file.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/sanitizers.hpp"
#include "support/sounds.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using test::ProgramResult;
using test::read_bytes;
using test::TemporaryFolder;

namespace {

/// A folder of recordings, and what is started in it.
class Cluster {
 public:
  Cluster() {
    for (int i = 0; i < 6; ++i)
      test::write_audio(folder / fmt::format("{}.wav", i),
                        test::swelling_tone(200 + 70 * i, 1 + i, 0.4 + 0.35 * i));
  }

  ProgramResult run(int processes, const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{
        NMFSEP_MPIRUN, "--allow-run-as-root",     "--oversubscribe", "--bind-to", "none",
        "-n",          std::to_string(processes), NMFSEP_MPI_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    test::ProgramOptions options{folder.path()};
    // MPI leaves what it holds to the system.
    if (test::is_sanitized) options.environment.push_back("ASAN_OPTIONS=detect_leaks=0");
    return test::run_command(command, options);
  }

  /// What all files make on so many processes, with further flags.
  ProgramResult train(int processes, const std::string& output,
                      std::vector<std::string> flags = {}) const {
    std::vector<std::string> arguments{"train", ".", "-o", output, "--name", "tones", "-c", "5"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run(processes, arguments);
  }

  TemporaryFolder folder;
};

std::size_t count_of(const std::string& word, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

/// The run fails with one complaint, and leaves the folder as it was.
void check_failure(const Cluster& cluster, int processes, const std::vector<std::string>& arguments,
                   const std::string& complaint) {
  const auto before = cluster.folder.entries();
  const ProgramResult result = cluster.run(processes, arguments);
  CAPTURE(arguments);
  CHECK(result.status != 0);
  CHECK_THAT(result.err, contains(complaint));
  CHECK(count_of("nmfsep: ", result.err) == 1);
  CHECK(result.out.empty());
  CHECK(cluster.folder.entries() == before);
}

}  // namespace

TEST_CASE("A model has the same bytes on any number of processes and threads") {
  const Cluster cluster;
  const ProgramResult result = cluster.train(1, "1.safetensors");
  CHECK(result.err == "");
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out,
             contains("1.safetensors: source 'tones', 5 atoms from 7.6 s in 6 files; 25 updates"));
  const std::string bytes = read_bytes(cluster.folder / "1.safetensors");
  for (const int processes : {2, 3, 4}) {
    const std::string name = fmt::format("{}.safetensors", processes);
    CHECK(cluster.train(processes, name, {"--threads", processes == 4 ? "3" : "1"}).status == 0);
    CHECK((read_bytes(cluster.folder / name) == bytes));
  }
  const SourceModel model = load_models(cluster.folder / "1.safetensors").front();
  CHECK(model->kind() == "dictionary");
  CHECK(model->training.files == 6);
  CHECK(model->training.audio.size() == 6);
  CHECK(model->training.command == "nmfsep-mpi train . --components 5 --name tones");
}

TEST_CASE("Other divergences are shared too") {
  const Cluster cluster;
  const std::vector<std::string> flags{"--divergence", "euclidean", "--seed", "3"};
  CHECK(cluster.train(1, "1.safetensors", flags).status == 0);
  CHECK(cluster.train(4, "4.safetensors", flags).status == 0);
  CHECK((read_bytes(cluster.folder / "1.safetensors") ==
         read_bytes(cluster.folder / "4.safetensors")));
}

TEST_CASE("A recording that is silent or empty of frames changes nothing for the others") {
  const Cluster cluster;
  test::write_audio(cluster.folder / "6.wav", {Matrix::Zero(8000, 1), 8000});
  CHECK(cluster.train(1, "1.safetensors").status == 0);
  CHECK(cluster.train(4, "4.safetensors").status == 0);
  CHECK((read_bytes(cluster.folder / "1.safetensors") ==
         read_bytes(cluster.folder / "4.safetensors")));
}

TEST_CASE("A recording at another rate is resampled, which is told once and in order") {
  const Cluster cluster;
  for (const char* name : {"7.wav", "8.wav"})
    test::write_audio(cluster.folder / name, test::tone(440, 0.5, 16000));
  const ProgramResult result = cluster.train(4, "4.safetensors");
  CHECK(result.status == 0);
  CHECK(result.err ==
        "nmfsep: warning: './7.wav': 16000 Hz, resampled to the 8000 Hz of './0.wav'\n"
        "nmfsep: warning: './8.wav': 16000 Hz, resampled to the 8000 Hz of './0.wav'\n");
}

TEST_CASE("Flags that cannot be are told of once") {
  const Cluster cluster;
  check_failure(cluster, 4, {"train", ".", "-o", "x.safetensors", "-c", "0"},
                "--components = 0, must be from 1");
  check_failure(cluster, 4, {"train", ".", "-o", "x.safetensors", "--method", "nmf"},
                "there is no such flag");
  check_failure(cluster, 4, {"train", ".", "-o", "x.safetensors", "--solver", "em"}, "--solver");
  check_failure(cluster, 2, {"train", "-", "0.wav", "-o", "x.safetensors"},
                "each file is read by one of many");
  check_failure(cluster, 3, {"train", "0.wav", "1.wav", "-o", "x.safetensors"},
                "3 processes and 2 files");
  check_failure(cluster, 2, {"train", ".", "-o", "x.safetensors", "-c", "9999"},
                "fewer than the 9999 components");
}

TEST_CASE("Outputs that cannot be are told of once, and nothing is written") {
  const Cluster cluster;
  check_failure(cluster, 2, {"train", ".", "-o", "nowhere/x.safetensors"}, "there is no folder");
  check_failure(cluster, 2, {"train", ".", "-o", "x.safetensors", "--checkpoint", "nowhere/c"},
                "there is no folder");
  check_failure(cluster, 2, {"train", ".", "-o", "x.safetensors", "--checkpoint", "x.safetensors"},
                "named for two outputs");
  check_failure(cluster, 2, {"train", ".", "-o", "x.safetensors", "--checkpoint", "0.wav"},
                "an input and an output");
  test::write_bytes(cluster.folder / "old.safetensors", "kept");
  check_failure(cluster, 2, {"train", ".", "-o", "old.safetensors"}, "exists already");
  test::write_bytes(cluster.folder / "kept.checkpoint", "a diary");
  check_failure(cluster, 2,
                {"train", ".", "-o", "x.safetensors", "--checkpoint", "kept.checkpoint"},
                "is no checkpoint of nmfsep-mpi");
}

TEST_CASE("A recording that one process cannot read ends all, with one word of it") {
  const Cluster cluster;
  check_failure(cluster, 2, {"train", "nothing/*.wav", "-o", "x.safetensors"}, "nothing/*.wav");
  test::write_bytes(cluster.folder / "z.wav", "RIFF");
  check_failure(cluster, 1, {"train", ".", "-o", "x.safetensors"}, "z.wav");
  check_failure(cluster, 4, {"train", ".", "-o", "x.safetensors"}, "(rank 3 on ");
  check_failure(cluster, 2, {"train", "0.wav", "1.wav", "2.wav", "gone.wav", "-o", "x.safetensors"},
                "gone.wav");
}

TEST_CASE("All silence is refused") {
  const Cluster cluster;
  for (const char* name : {"s1.wav", "s2.wav"})
    test::write_audio(cluster.folder / name, {Matrix::Zero(8000, 1), 8000});
  const ProgramResult result = cluster.run(2, {"train", "s1.wav", "s2.wav", "-o", "x.safetensors"});
  CHECK(result.status != 0);
  CHECK_THAT(result.err, contains("'s1.wav' and 1 more: silent throughout"));
}

TEST_CASE("A training that ends takes its checkpoint with it") {
  const Cluster cluster;
  CHECK(cluster.train(1, "1.safetensors").status == 0);
  CHECK(
      cluster.train(3, "3.safetensors", {"--checkpoint", "c", "--checkpoint-every", "1"}).status ==
      0);
  CHECK((read_bytes(cluster.folder / "1.safetensors") ==
         read_bytes(cluster.folder / "3.safetensors")));
  CHECK_FALSE(std::filesystem::exists(cluster.folder / "c"));
}

TEST_CASE("--help is printed once") {
  const Cluster cluster;
  const ProgramResult result = cluster.run(3, {"train", "--help"});
  CHECK(result.status == 0);
  CHECK(count_of("Usage: nmfsep-mpi train [OPTIONS] PATH...", result.out) == 1);
}

TEST_CASE("The manual and the completions are of nmfsep-mpi") {
  const Cluster cluster;
  const ProgramResult page = cluster.run(2, {"manual", "man"});
  CHECK(page.status == 0);
  CHECK(count_of(".TH \"nmfsep\\-mpi\" 1", page.out) == 1);
  CHECK_THAT(page.out, contains("\\fBnmfsep\\-mpi\\-train\\fR(1)"));
  CHECK_THAT(cluster.run(1, {"manual", "man", "train"}).out,
             contains(".SH SYNOPSIS\n\\fBnmfsep\\-mpi train [OPTIONS] PATH..."));
  CHECK_THAT(cluster.run(1, {"manual", "bash"}).out,
             contains("complete -o default -F _nmfsep_mpi nmfsep-mpi"));
  CHECK_THAT(
      cluster.run(1, {"manual", "fish"}).out,
      contains("complete -c nmfsep-mpi -n '__fish_seen_subcommand_from train' -l checkpoint"));
}
