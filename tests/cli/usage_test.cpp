#include "nmfsep/core/version.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

using namespace nmfsep;
using test::run_program;

TEST_CASE("help goes to stdout, with status 0, and names every command") {
  const auto result = run_program({"--help"});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  for (const char* command :
       {"train", "train-set", "tune", "separate", "evaluate", "bundle", "info"})
    CHECK_THAT(result.out, contains(command));
}

TEST_CASE("every command's help has examples, and a default and a unit on every flag's line") {
  for (const char* command :
       {"train", "train-set", "tune", "separate", "evaluate", "bundle", "info"}) {
    const auto result = run_program({command, "--help"});
    CHECK(result.status == 0);
    CHECK_THAT(result.out, contains("Example"));
    for (const char* flag : {"--threads", "--json", "--overwrite", "--quiet", "--verbose"})
      CHECK_THAT(result.out, contains(flag));
  }
  for (const char* command : {"train", "train-set", "separate"})
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
  for (const char* command : {"train", "train-set", "separate"})
    CHECK_THAT(run_program({command, "--help"}).out, contains("Updates at most"));
}

TEST_CASE("the version names the program and its libraries, and with -v the machine") {
  const auto result = run_program({"--version"});
  CHECK(result.status == 0);
  for (const std::string& name :
       {std::string("nmfsep ") + nmfsep::version, std::string("libsndfile"), std::string("fftw"),
        std::string("soxr"), std::string("Eigen"), std::string("oneTBB"), std::string("OpenSSL")})
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
      {"separate", "a.wav", "-c", "8", "--format", "mp3"},
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
