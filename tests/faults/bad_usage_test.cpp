// Values that no flag takes, and folders that evaluate cannot make sense of.
#include <sys/stat.h>

#include <functional>

#include "faults/limits.hpp"
#include "nmfsep/core/text.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/tally.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

/// A command that would succeed, and its flags that take numbers and one of some words.
struct Command {
  Words arguments;
  Words number_flags;
  Words word_flags;
};

const std::vector<Command> commands{
    {{"train", "good.wav", "-o", "new.model"},
     {"--components", "--iterations", "--tolerance", "--seed", "--fft-size", "--hop",
      "--magnitude-exponent", "--threads"},
     {"--method", "--solver", "--window"}},
    {{"train-set", "a=good.wav", "b=good.wav", "-o", "new.model"},
     {"--components", "--context", "--ensemble", "--mixture-seconds", "--iterations", "--tolerance",
      "--seed", "--fft-size", "--hop", "--magnitude-exponent", "--threads"},
     {"--window"}},
    {{"separate", "good.wav", "-c", "2", "-o", "new"},
     {"--mask-exponent", "--iterations", "--tolerance", "--seed", "--fft-size", "--hop",
      "--magnitude-exponent", "--threads"},
     {"--format", "--bit-depth", "--solver", "--window"}},
    {{"evaluate", "good.wav", "good.wav"},
     {"--frame", "--hop", "--filter-length", "--threads"},
     {"--preset", "--metrics", "--criteria", "--filters", "--aggregate", "--align"}}};

const Words no_numbers{"", "many", "nan", "-1", "5x", "inf", "0x", "1,5", "\x1b[2J", "caf\xe9"};
const Words no_words{"", "hann?", " wav", "\x1b[31mwav", "caf\xe9", std::string(300, 'w')};

/// References in "ref", estimates in "est", and what else a case puts there.
class TwoFolders : public TemporaryFolder {
 public:
  TwoFolders() {
    for (const char* folder : {"ref", "est"}) fs::create_directory(*this / folder);
    for (const char* file : {"ref/a.wav", "ref/b.wav", "est/a.wav", "est/b.wav"}) add(file);
  }
  void add(const std::string& file, Index channels = 1, int rate = 8000) const {
    write_audio(*this / file, {noise(1, 1000, channels, 0.5F), rate});
  }
};

}  // namespace

TEST_CASE("every flag refuses what it cannot take, and names it", "[input]") {
  Tally tally("bad values of flags");
  const TemporaryFolder folder;
  write_audio(folder / "good.wav", tone(440, 0.2, 8000));
  int turn = 0;
  const auto check = [&](const Command& command, const std::string& flag, const Words& values) {
    for (const std::string& value : values) {
      if (++turn % cases(4, 1) != 0) continue;
      Words arguments = command.arguments;
      arguments.insert(arguments.end(), {flag, value});
      const ProgramResult result = run_program(arguments, {folder.path()});
      tally.saw(result);
      const bool clean = folder.entries().size() == 1;
      const std::string named = printable(value).substr(0, 100);
      tally.add(fmt::format("{} {} '{}'", arguments[0], flag, printable(value)),
                clean ? fault_of_refusal(result, {2, named}) : "leaves something behind");
    }
  };
  for (const Command& command : commands) {
    for (const std::string& flag : command.number_flags) check(command, flag, no_numbers);
    for (const std::string& flag : command.word_flags) check(command, flag, no_words);
  }
}

TEST_CASE("folders that cannot be scored are refused by name", "[input]") {
  struct Case {
    std::string fault;
    std::string named;
    std::function<void(const TwoFolders&)> damage;
  };
  const auto remove = [](const char* file) {
    return [=](const TwoFolders& f) { fs::remove_all(f / file); };
  };
  const auto junk = [](const char* file) {
    return [=](const TwoFolders& f) { write_bytes(f / file, "no audio at all"); };
  };
  const auto add = [](const char* file, Index channels, int rate) {
    return [=](const TwoFolders& f) { f.add(file, channels, rate); };
  };
  const auto instead = [](const char* file, const std::function<void(const fs::path&)>& make) {
    return [=](const TwoFolders& f) {
      fs::remove_all(f / file);
      make(f / file);
    };
  };
  const auto link_to = [](const char* target) {
    return [=](const fs::path& path) { fs::create_symlink(target, path); };
  };
  const std::vector<Case> cases{
      {"no references", "'ref'", remove("ref")},
      {"no estimates", "'est'", remove("est")},
      {"a reference too few", "b.wav", remove("ref/b.wav")},
      {"an estimate too few", "b.wav", remove("est/b.wav")},
      {"a reference of text", "'ref/a.wav'", junk("ref/a.wav")},
      {"an estimate of text", "'est/b.wav'", junk("est/b.wav")},
      {"an estimate of another name", "c.wav", add("est/c.wav", 1, 8000)},
      {"two references of one name", "a.flac", junk("ref/a.flac")},
      {"two estimates of one name", "a.ogg", junk("est/a.ogg")},
      {"another rate", "'est/a.wav'", add("est/a.wav", 1, 16000)},
      {"other channels", "'est/a.wav'", add("est/a.wav", 2, 8000)},
      {"a link to nothing", "a.wav", instead("est/a.wav", link_to("nothing"))},
      {"a link to itself", "a.wav", instead("est/a.wav", link_to("a.wav"))},
      {"a link in place of the references", "'ref'", instead("ref", link_to("ref"))},
      {"a file in place of the estimates", "'est'",
       instead("est", [](const fs::path& path) { write_bytes(path, "text"); })},
      {"a pipe in place of an estimate", "a.wav",
       instead("est/a.wav", [](const fs::path& path) { ::mkfifo(path.c_str(), 0600); })},
      {"a folder in place of an estimate", "a.wav",
       instead("est/a.wav", [](const fs::path& path) { fs::create_directory(path); })},
      {"an empty reference", "'ref/a.wav'",
       [](const TwoFolders& f) { write_bytes(f / "ref/a.wav", ""); }},
      {"a cut reference", "'ref/a.wav'",
       [](const TwoFolders& f) { fs::resize_file(f / "ref/a.wav", 100); }},
      {"a name with an escape code", "x\\x1b[2J.wav", junk("est/x\x1b[2J.wav")},
      {"a name that is no UTF-8", "caf\\xe9.wav", junk("ref/caf\xe9.wav")},
  };
  Tally tally("bad folders");
  for (const Case& bad : cases) {
    const TwoFolders folder;
    bad.damage(folder);
    const ProgramResult result = run_program(
        {"evaluate", "ref", "est", "--json", "new.json", "--metrics", "si_sdr"}, {folder.path()});
    tally.saw(result);
    tally.add(bad.fault, fault_of_refusal(result, {1, bad.named}));
  }
}
