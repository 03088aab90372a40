// Lines as the program's arguments, in a scratch folder with a recording and two models. Arguments
// that name places elsewhere are left out, and so is what takes long by right: large numbers.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "cli.hpp"
#include "fuzz/target.hpp"
#include "nmfsep/core/descriptor.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/audio_files.hpp"
#include "support/small_dictionary.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;

class Scratch {
 public:
  Scratch() {
    fs::current_path(folder_.path());
    set_up();
    // The program reads "-" from here, and --stdout writes to there.
    const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(nothing.get(), STDOUT_FILENO);
    // No file that a run could want to write is larger.
    const rlimit limit{1 << 20U, 1 << 20U};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_IGN);
  }
  ~Scratch() { fs::current_path("/"); }

  void clean() const {
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      if (std::find(inputs.begin(), inputs.end(), entry.path().filename()) == inputs.end())
        fs::remove_all(entry.path());
    if (!std::all_of(inputs.begin(), inputs.end(),
                     [](const char* input) { return fs::is_regular_file(input); }))
      set_up();
  }

 private:
  static void set_up() {
    write_audio("a.wav", {noise(1, 400, 1, 0.5F), sample_rate});
    for (const std::string name : {"a", "b"}) {
      Dictionary model = small_dictionary(name);
      model.analysis.sample_rate = sample_rate;
      save_models(name + ".model", std::vector<SourceModel>{model}, Overwrite::replace);
    }
  }

  static constexpr int sample_rate = 1000;  // the least work where windows follow it
  static constexpr std::array<const char*, 3> inputs{"a.wav", "a.model", "b.model"};
  TemporaryFolder folder_;
};

bool leads_elsewhere(const std::string& argument) {
  return argument.find("..") != std::string::npos || argument.find('/') != std::string::npos ||
         argument.find('~') != std::string::npos;
}

bool takes_long(const std::string& argument) {
  const auto digits =
      std::count_if(argument.begin(), argument.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits > 3 || argument.find("--thr") != std::string::npos;
}

}  // namespace

std::vector<std::string> seeds() {
  return {
      "train\na.wav\n-o\nnew.model\n-c\n2\n--iterations\n3\n--fft-size\n64",
      "train\na.wav\n-o\nnew.model\n--method\nexemplars\n-c\n3\n--json\n-",
      "train-set\na=a.wav\nb=a.wav\n-o\nnew\n-c\n3\n--context\n3\n--mixture-seconds\n0",
      "tune\na=a.wav\nb=a.wav\n-o\nnew.model\n--budget\n1s",
      "separate\na.wav\n-m\na.model\n-m\nb.model\n-o\nout\n--iterations\n3",
      "separate\n-\n-m\na.model\n-m\nb.model\n--stdout\na\n--raw-rate\n800",
      "separate\na.wav\n-m\na.model\n--learn\nrest=2\n--iterations\n3\n--format\nflac",
      "separate\na.wav\n-c\n2\n--iterations\n2\n--name-template\n{track}-{source}\n--bit-depth\n16",
      "separate\n*.wav\n--recursive\n-c\n2\n--iterations\n2\n--json\nreport.json\n--overwrite",
      "evaluate\na.wav\na.wav\n--metrics\nsi_sdr,sdr\n--filter-length\n4\n--csv\nnew.csv",
      "evaluate\na.wav\na.wav\n--frame\n0.2\n--hop\n0.2\n--preset\nmdx\n--permute",
      "bundle\na.model\nb.model\n-o\nnew.model",
      "info\na.model\n--json\n-",
      "manual\nmarkdown",
      "manual\nbash",
      "--version\n-v",
      "--help",
      "train\n--help",
      ""};
}

}  // namespace nmfsep::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nmfsep::test;
  static const Scratch scratch;
  std::vector<std::string> arguments{"nmfsep"};
  std::istringstream lines(std::string(reinterpret_cast<const char*>(bytes), size));
  for (std::string line; std::getline(lines, line) && arguments.size() < 40;) {
    line = line.substr(0, line.find('\0'));
    if (leads_elsewhere(line) || takes_long(line)) return 0;
    arguments.push_back(line);
  }
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::ostringstream out;
  std::ostringstream err;
  const int status = nmfsep::cli::run(static_cast<int>(arguments.size()), argv.data(), out, err);
  if (status < 0 || status > 2) report_find("status " + std::to_string(status));
  if (status != 0 && err.str().empty()) report_find("fails without a word");
  if (err.str().find('\x1b') != std::string::npos) report_find("escapes: " + err.str());
  scratch.clean();
  return 0;
}
