#include "nmfsep/core/real_fft.hpp"
#include "nmfsep/core/version.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::run_program;
using test::TemporaryFolder;

TEST_CASE("help goes to stdout, with status 0, and names every command") {
  const auto result = run_program({"--help"});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  for (const char* command :
       {"train", "train-set", "tune", "separate", "evaluate", "bundle", "train-universal",
        "train-onsets", "onsets", "manifest", "info", "plot", "report", "paint"})
    CHECK_THAT(result.out, contains(command));
}

TEST_CASE("every command's help has examples, and a default and a unit on every flag's line") {
  for (const char* command :
       {"train", "train-set", "tune", "separate", "evaluate", "bundle", "train-universal",
        "train-onsets", "onsets", "manifest", "info", "plot", "report", "paint"}) {
    const auto result = run_program({command, "--help"});
    CHECK(result.status == 0);
    CHECK_THAT(result.out, contains("Example"));
    for (const char* flag : {"--threads", "--json", "--overwrite", "--quiet", "--verbose"})
      CHECK_THAT(result.out, contains(flag));
  }
  for (const char* command : {"train", "train-set", "train-universal", "separate"})
    for (const char* flag : {"--fft-size", "--hop", "--window", "--iterations", "--tolerance",
                             "--seed", "--components", "default: 1e-05"})
      CHECK_THAT(run_program({command, "--help"}).out, contains(flag));
}

TEST_CASE("help and a command's name is that command's --help") {
  CHECK(run_program({"help"}).out == run_program({"--help"}).out);
  const auto result = run_program({"help", "separate"});
  CHECK(result.status == 0);
  CHECK(result.out == run_program({"separate", "--help"}).out);
  const auto misspelt = run_program({"help", "seperate"});
  CHECK(misspelt.status == 2);
  CHECK_THAT(misspelt.err, contains("did you mean separate?"));
}

TEST_CASE("updates are counted at most") {
  for (const char* command : {"train", "train-set", "train-universal", "separate"})
    CHECK_THAT(run_program({command, "--help"}).out, contains("Updates at most"));
}

TEST_CASE("the version names the program and its libraries, and with -v the machine") {
  const auto result = run_program({"--version"});
  CHECK(result.status == 0);
  for (const std::string& name :
       {std::string("nmfsep ") + nmfsep::version, std::string("libsndfile"), nmfsep::fft_library(),
        std::string("soxr"), std::string("Eigen"), std::string("oneTBB"), std::string("Nettle")})
    CHECK_THAT(result.out, contains(name));
  CHECK_THAT(run_program({"--version", "-v"}).out,
             contains("compiler") && contains("threads") && contains("kernels "));
}

TEST_CASE("wrong usage has status 2, a message on stderr, and nothing on stdout") {
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"frobnicate"},
      {"train"},
      {"train", "a.wav"},
      {"train", "a.wav", "-o", "m.safetensors", "--iterations", "many"},
      {"train", "a.wav", "-o", "m.safetensors", "--seed", "-1"},
      {"train", "a.wav", "-o", "m.safetensors", "--threads", "0"},
      {"train", "a.wav", "-o", "m.safetensors", "-q", "-v"},
      {"separate", "a.wav"},
      {"separate", "a.wav", "-c", "8", "--format", "m4a"},
      {"separate", "a.wav", "-c", "8", "--bit-depth", "20"},
      {"separate", "a.wav", "-c", "8", "--learn", "rest=3"},
      {"separate", "a.wav", "--learn", "rest=3"},
      {"info"},
      {"bundle", "a.safetensors"},
  };
  for (const auto& arguments : wrong) {
    const auto result = run_program(arguments);
    INFO(arguments.size() << " arguments: " << (arguments.empty() ? "" : arguments.back()));
    CHECK(result.status == 2);
    CHECK_FALSE(result.err.empty());
    CHECK(result.out.empty());
  }
}

TEST_CASE("NMFSEP_TARGET forces an instruction set, and a wrong one is refused") {
  test::ProgramOptions options;
  options.environment = {"NMFSEP_TARGET=scalar"};
  CHECK_THAT(run_program({"--version", "-v"}, options).out, contains("kernels scalar (of "));
  options.environment = {"NMFSEP_TARGET=abacus"};
  const auto refused = run_program({"--version", "-v"}, options);
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("abacus"));
}

TEST_CASE("a command or flag that is misspelt is named, with what was likely meant") {
  const auto check = [](const std::vector<std::string>& words, const std::string& complaint) {
    const auto result = run_program(words);
    CHECK(result.status == 2);
    CHECK(result.err == "nmfsep: " + complaint + "\nRun with --help for more information.\n");
  };
  check({"seperate", "a.wav"}, "seperate: there is no such command; did you mean separate?");
  check({"zzzzzz"}, "zzzzzz: there is no such command");
  check({"--verison"}, "--verison: there is no such flag; did you mean --version?");
  check({"separate", "a.wav", "--modle", "m"},
        "--modle: there is no such flag; did you mean --model?");
  check({"train", "a.wav", "-o", "m", "-x"}, "-x: there is no such flag");
  check({"separate", "a.wav", "-c", "2", "--frobnicate\x1b"},
        "--frobnicate\\x1b: there is no such flag");
  check({"evaluate", "a", "b", "c"}, "c: is one argument too many");
  check({"evaluate", "a", "b", "--" + std::string(100000, 'x')},
        "--" + std::string(100000, 'x') + ": there is no such flag");
}

TEST_CASE("what an option must be is said of the flag that sets it") {
  const TemporaryFolder folder;
  test::write_audio(folder / "a.wav", test::tone(440, 0.5, 8000));
  const auto check = [&](std::vector<std::string> words, const std::string& complaint) {
    const auto result = run_program(words, {folder.path()});
    INFO(result.err);
    CHECK(result.status == 2);
    CHECK(result.err.starts_with("nmfsep: " + complaint));
  };
  const auto separate = [](const std::string& flag, const std::string& value) {
    return std::vector<std::string>{"separate", "a.wav", "-c", "2", flag, value};
  };
  check(separate("--iterations", "0"), "--iterations = 0, must be");
  check(separate("--tolerance", "-1"), "--tolerance = -1, must be");
  check(separate("--mask-exponent", "0"), "--mask-exponent = 0, must be");
  check(separate("--magnitude-exponent", "-1"), "--magnitude-exponent = -1, must be");
  check(separate("--solver", "guess"), "--solver = 'guess', must be");
  check(separate("--hop", "99999"), "--hop = 99999, must be 1 to --fft-size = 4096");
  check(separate("--window-size", "8192"),
        "--window-size = 8192, must be even and 16 to --fft-size = 4096");
  check(separate("--window", "triangle"), "--window = 'triangle', must be");
  check(separate("--start", "-1"), "--start = -1 s, must be");
  check(separate("--block-frames", "0"), "--block-frames = 0, must be");
  const auto train = [](const std::string& flag, const std::string& value) {
    return std::vector<std::string>{"train", "a.wav", "-o", "m.safetensors", flag, value};
  };
  check(train("-c", "0"), "--components = 0, must be");
  check(train("--context", "2"), "--context = 2, must be");
  check(train("--most-seconds", "0"), "--most-seconds = 0, must be");
  check({"train-set", "a=a.wav", "b=a.wav", "-o", "m.safetensors", "--mixture-seconds", "-1"},
        "--mixture-seconds = -1, must be");
  check({"tune", "a=a.wav", "b=a.wav", "-o", "m.safetensors", "--choices", "-1"},
        "--choices = -1, must be");
}

TEST_CASE("separate's help shows its flags in groups, the common ones first and each once") {
  const std::string help = run_program({"separate", "--help"}).out;
  std::size_t last = 0;
  for (const char* group :
       {"\nModels:\n", "\nOutput:\n", "\nBatches:\n", "\nExcerpts:\n", "\nStreams:\n",
        "\nSpeed and memory:\n", "\nAnalysis:\n", "\nGeneral:\n"}) {
    INFO(group);
    const std::size_t at = help.find(group);
    REQUIRE(at != std::string::npos);
    CHECK(at > last);
    CHECK(help.find(group, at + 1) == std::string::npos);
    last = at;
  }
  CHECK(help.find("-m, --model") < help.find("\nOutput:"));
  CHECK(help.find("\n  -h, --help") > help.find("\nGeneral:"));
  CHECK_THAT(run_program({"evaluate", "--help"}).out, contains("\nOptions:\n"));
}

TEST_CASE("a model with the name of an audio file is asked about, and nothing is written") {
  const TemporaryFolder folder;
  test::write_audio(folder / "a.wav", test::tone(440, 0.5, 8000));
  test::must_run({"train", (folder / "a.wav").string(), "-o", (folder / "m.safetensors").string()});
  const auto before = folder.entries();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"train", "a.wav", "-o", "drums.wav"},
                                             {"train-set", "a=a.wav", "b=a.wav", "-o", "drums.wav"},
                                             {"tune", "a=a.wav", "b=a.wav", "-o", "drums.wav"},
                                             {"bundle", "m.safetensors", "-o", "drums.wav"}}) {
    const auto result = run_program(words, {folder.path()});
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains("'drums.wav': a model is written, and this is the name of an "
                                    "audio file; was 'drums.safetensors' meant?"));
  }
  CHECK(folder.entries() == before);
}
