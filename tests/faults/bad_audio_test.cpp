// Files that look like audio: the program names them and leaves, soon and small.
#include "faults/limits.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/hostile_audio.hpp"
#include "support/tally.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep::test;

TEST_CASE("audio that cannot be read is named, soon and without memory", "[input]") {
  Tally tally("bad audio");
  const TemporaryFolder folder;
  write_audio(folder / "good.wav", tone(440, 0.5, 8000));
  const std::vector<std::vector<std::string>> commands{
      {"train", "bad.wav", "-o", "new.model", "--fft-size", "64"},
      {"separate", "bad.wav", "-c", "2", "-o", "new"},
      {"evaluate", "good.wav", "bad.wav"}};
  std::size_t turn = 0;
  for (const HostileFile& file : hostile_audio()) {
    write_bytes(folder / "bad.wav", file.bytes);
    for (std::size_t i = 0; i < commands.size(); ++i) {
      if (endurance_report() == nullptr && i != turn % commands.size()) continue;
      const ProgramResult result = run_program(commands[i], {folder.path()});
      tally.saw(result);
      const bool clean = folder.entries() == std::vector<std::string>{"bad.wav", "good.wav"};
      tally.add(commands[i][0] + " of " + file.fault,
                clean ? fault_of_refusal(result, {1, "'bad.wav'"}) : "leaves something behind");
    }
    ++turn;
  }
}
