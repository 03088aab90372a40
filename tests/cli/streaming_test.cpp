// Audio through real pipes, excerpts, blocks and bounds on memory, as users meet them.
#include <fmt/format.h>

#include <csignal>

#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::read_bytes;
using test::run_program;
using test::TrainedModels;

namespace {

std::vector<std::string> separation(const TrainedModels& folder, const std::string& input,
                                    std::vector<std::string> flags = {}) {
  std::vector<std::string> words{"separate", input,
                                 "-m",       folder.at("low.safetensors"),
                                 "-m",       folder.at("high.safetensors"),
                                 "-o",       folder.at("out")};
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

/// Runs a line of bash in the folder, with the models as $MODELS and the program as $NMFSEP.
test::ProgramResult run_line(const TrainedModels& folder, const std::string& line) {
  test::ProgramOptions options;
  options.folder = folder.path();
  options.environment = {"NMFSEP=" + test::program_path().string(),
                         "MODELS=-m low.safetensors -m high.safetensors"};
  return test::run_command({"timeout", "60", "bash", "-c", line}, options);
}

/// Samples of mix.wav as 32-bit floats without a header.
void write_raw(const TrainedModels& folder) {
  const Matrix samples = read_audio(folder / "mix.wav").samples;
  test::write_bytes(folder / "mix.raw", {reinterpret_cast<const char*>(samples.data()),
                                         static_cast<std::size_t>(samples.size()) * sizeof(float)});
}

}  // namespace

TEST_CASE("stems through pipes are those of files, from WAV and from samples without a header") {
  const TrainedModels folder;
  must_run(separation(folder, folder.at("mix.wav")));
  const Matrix expected = read_audio(folder / "out/mix/low.wav").samples;
  write_raw(folder);
  for (const char* line :
       {"cat mix.wav | $NMFSEP separate - $MODELS --stdout low | cat > piped.wav",
        "cat mix.raw | $NMFSEP separate - --raw-rate 8000 --raw-format f32le $MODELS --stdout low "
        "--block-frames 3 | cat > piped.wav",
        "$NMFSEP separate mix.wav $MODELS --stdout low > piped.wav",
        "$NMFSEP separate - $MODELS -o piped < mix.wav && mv piped/stdin/low.wav piped.wav"}) {
    INFO(line);
    const auto result = run_line(folder, line);
    CHECK(result.status == 0);
    CHECK_THAT(result.err, contains("to the mixture (residual"));
    CHECK(read_audio(folder / "piped.wav").samples == expected);
  }
}

TEST_CASE("FLAC through a pipe is separated as the file, and refused by what is wrong with it") {
  const TrainedModels folder;
  test::write_audio(folder / "mix.flac", read_audio(folder / "mix.wav"),
                    {Container::flac, SampleFormat::pcm24});
  must_run(separation(folder, folder.at("mix.flac")));
  const auto piped =
      run_line(folder, "cat mix.flac | $NMFSEP separate - $MODELS --stdout low > piped.wav");
  INFO(piped.err);
  CHECK(piped.status == 0);
  CHECK(read_audio(folder / "piped.wav").samples == read_audio(folder / "out/mix/low.wav").samples);
  const auto before = folder.entries();
  const auto complains = [&](const std::string& line, const std::string& word) {
    const auto result = run_line(folder, line + " $NMFSEP separate - $MODELS -o new");
    INFO(line);
    CHECK(result.status == 1);
    CHECK_THAT(result.err, contains("standard input") && contains(word));
    CHECK((folder.entries() == before));
  };
  complains("head -c 3000 mix.flac |", "cut off");
  complains("head -c 30 mix.flac |", "has a header that no decoder takes");
  complains("cat mix.flac | TMPDIR=/nowhere", "cannot be kept in '/nowhere'");
  complains("printf 'ftypM4A and so on' |", "ffmpeg -i FILE -f wav -");
}

TEST_CASE("the flag --stdout writes the stem that it names, whichever place it has") {
  const TrainedModels folder;
  must_run(separation(folder, folder.at("mix.wav")));
  for (const std::string source : {"low", "high"}) {
    const auto result =
        run_line(folder, "$NMFSEP separate mix.wav $MODELS --stdout " + source + " > piped.wav");
    REQUIRE(result.status == 0);
    CHECK(read_audio(folder / "piped.wav").samples ==
          read_audio(folder / ("out/mix/" + source + ".wav")).samples);
  }
}

TEST_CASE("a stem comes while the mixture still does, late by a block and a window") {
  const TrainedModels folder;
  write_raw(folder);
  // 12 000 samples, of which all but a block of 4 · 256, a window of 1024 and what fills up a block
  // must be out before the input ends.
  const std::size_t bytes = (12000 - 2 * 4 * 256 - 1024) * sizeof(float);
  const auto result = run_line(
      folder, fmt::format("touch part; (cat mix.raw; until [ $(stat -c %s part) -ge {} ]; do sleep "
                          "0.05; done) | $NMFSEP separate - --raw-rate 8000 --raw-format f32le "
                          "$MODELS --stdout low --block-frames 4 > part",
                          bytes));
  CHECK(result.status == 0);
}

TEST_CASE("when nobody reads the stem any more, the program ends quietly with status 141") {
  const TrainedModels folder;
  const auto before = folder.entries();
  const auto result =
      run_line(folder,
               "cat /dev/zero | $NMFSEP separate - --raw-rate 8000 $MODELS --stdout low | head -c "
               "100000 > /dev/null; echo ${PIPESTATUS[1]}");
  CHECK(result.out == "141\n");
  CHECK(result.err.empty());
  CHECK((folder.entries() == before));
}

TEST_CASE("when nobody reads the list of outputs, the finished ones stay and no temporaries") {
  const TrainedModels folder;
  const auto result =
      run_line(folder,
               "cp mix.wav a.wav; cp mix.wav b.wav; { sleep 0.2; $NMFSEP separate a.wav b.wav "
               "$MODELS -o out; echo $? >&2; } | true");
  CHECK_THAT(result.err, contains("141"));
  for (const std::string& entry : folder.entries()) CHECK_THAT(entry, !contains(".part"));
}

TEST_CASE("when nobody reads the results, that is told by status 141 alone") {
  const TrainedModels folder;
  for (const char* command : {"info low.safetensors", "evaluate mix.wav mix.wav --json -",
                              "manual markdown", "--version"}) {
    const auto result =
        run_line(folder, fmt::format("{{ sleep 0.2; $NMFSEP {}; echo $? >&2; }} | true", command));
    CHECK(result.err == "141\n");
  }
}

TEST_CASE("Ctrl-C while a pipe stays silent ends the program with status 130") {
  const TrainedModels folder;
  test::ProgramOptions options;
  options.folder = folder.path();
  options.interrupt_after_ms = 400;
  const auto result = test::run_command(
      {"bash", "-c",
       "exec " + test::program_path().string() +
           " separate - -m low.safetensors -m high.safetensors --stdout low < <(sleep 4)"},
      options);
  CHECK(result.status == 128 + SIGINT);
  CHECK(result.err == "nmfsep: interrupted\n");
  CHECK(result.seconds_after_signal < 2);
}

TEST_CASE("blocks of any size write the same bytes") {
  const TrainedModels folder;
  must_run(separation(folder, folder.at("mix.wav")));
  const std::string expected = read_bytes(folder / "out/mix/high.wav");
  for (const char* frames : {"1", "10", "100000"}) {
    must_run(separation(folder, folder.at("mix.wav"), {"--overwrite", "--block-frames", frames}));
    CHECK((read_bytes(folder / "out/mix/high.wav") == expected));
  }
}

TEST_CASE("an excerpt is separated alone, and one beyond the end is refused") {
  const TrainedModels folder;
  must_run(separation(folder, folder.at("mix.wav"), {"--start", "0.5", "--duration", "0.25"}));
  const Matrix low = read_audio(folder / "out/mix/low.wav").samples;
  const Matrix high = read_audio(folder / "out/mix/high.wav").samples;
  const Matrix mixture = read_audio(folder / "mix.wav").samples.middleRows(4000, 2000);
  REQUIRE(low.rows() == 2000);
  CHECK((low + high - mixture).cwiseAbs().maxCoeff() < 1e-6F);
  const auto refused =
      run_program(separation(folder, folder.at("mix.wav"), {"--overwrite", "--start", "1.5"}));
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("mix.wav") && contains("ends after 1.500 s"));
}

TEST_CASE("what needs the whole mixture is refused where memory would not do") {
  const TrainedModels folder;
  std::vector<std::string> words{"separate", folder.at("mix.wav"), "-c",           "4",
                                 "-o",       folder.at("out"),     "--max-memory", "5M"};
  const auto refused = run_program(words);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("mix.wav") && contains("more than the 5 MiB"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
  std::vector<std::string> dry = words;
  dry.emplace_back("--dry-run");
  const auto foreseen = run_program(dry);
  CHECK(foreseen.status == 1);
  CHECK(foreseen.out.empty());
  CHECK_THAT(foreseen.err, contains("mix.wav") && contains("more than the 5 MiB") &&
                               contains("0 of 1 files would be separated"));
  words.back() = "1G";
  must_run(words);
  must_run(separation(folder, folder.at("mix.wav"), {"--overwrite", "--max-memory", "1M"}));
}

TEST_CASE("8 to 192 kHz and 1 to 16 channels are separated, with models and without") {
  const TrainedModels folder;
  for (const int rate : {8000, 44100, 192000})
    for (const int channels : {1, 16}) {
      const AudioBuffer mixture{test::noise(1, rate / 10, channels, 0.3F), rate};
      test::write_audio(folder / "any.wav", mixture);
      must_run(separation(folder, folder.at("any.wav"), {"--overwrite"}));
      CHECK(read_audio(folder / "out/any/low.wav").channels() == channels);
      must_run({"separate", folder.at("any.wav"), "-c", "2", "--iterations", "5", "--overwrite",
                "-o", folder.at("out")});
      Matrix sum = read_audio(folder / "out/any/component-01.wav").samples;
      sum += read_audio(folder / "out/any/component-02.wav").samples;
      REQUIRE(sum.rows() == mixture.length());
      CHECK((sum - mixture.samples).cwiseAbs().maxCoeff() < 1e-5F);
    }
}

TEST_CASE("flags of streams that contradict each other or mean nothing are refused") {
  const TrainedModels folder;
  const auto check = [&](const std::string& input, const std::vector<std::string>& flags,
                         const std::string& complaint) {
    const auto result = run_program(separation(folder, input, flags));
    INFO(result.err);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  const std::string mix = folder.at("mix.wav");
  check(mix, {"--raw-rate", "8000"}, "the input -");
  check("-", {"--raw-channels", "2"}, "--raw-rate");
  check("-", {"--raw-rate", "8000", "--raw-format", "s16be"}, "s16be");
  check("-", {"--raw-rate", "0"}, "raw format has a sample rate of 0 Hz; 1000 to 768000");
  check("-", {"--raw-rate", "8000", "--raw-channels", "65"}, "raw format has 65 channels; 1 to 64");
  check("-", {"--manifest", folder.at("done.jsonl")}, "only once");
  check(mix, {"--stdout", "low", "--json", "-"}, "--stdout");
  check(mix, {"--stdout", "low", "--only", "low"}, "--stdout");
  check(mix, {"--stdout", "low", "--format", "flac"}, "--stdout");
  check(mix, {"--stdout", "middle"}, "middle");
  check(mix, {"--stdout", "low", "--dry-run"}, "--dry-run");
  check("-", {"--dry-run"}, "--dry-run");
  check(mix, {"--start", "-1"}, "start = -1");
  check(mix, {"--duration", "0"}, "duration = 0");
  check(mix, {"--block-frames", "0"}, "--block-frames = 0");
  for (const char* size : {"0", "-1G", "much", "1X", "1GG", "nan", "inf"})
    check(mix, {"--max-memory", size}, "--max-memory");
}
