#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/program.hpp"
#include "support/sounds.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {

/// Runs the program and insists that it succeeds.
inline ProgramResult must_run(const std::vector<std::string>& arguments) {
  ProgramResult result = run_program(arguments);
  if (result.status != 0) throw std::runtime_error("nmfsep failed: " + result.err);
  return result;
}

/// A folder with two small models that the program trained on two tones, low.safetensors and
/// high.safetensors, and a mixture of both, mix.wav (1.5 s).
class TrainedModels : public TemporaryFolder {
 public:
  explicit TrainedModels(int rate = 8000) {
    write_audio(*this / "low.wav", swelling_tone(220, 1.5, 1.5, rate));
    write_audio(*this / "high.wav", swelling_tone(523, 2.5, 1.5, rate));
    const Matrix sum =
        swelling_tone(220, 1.1, 1.5, rate).samples + swelling_tone(523, 0.7, 1.5, rate).samples;
    write_audio(*this / "mix.wav", {sum, rate});
    for (const std::string& name : {std::string("low"), std::string("high")})
      must_run({"train", at(name + ".wav"), "-o", at(name + ".safetensors"), "-c", "5",
                "--iterations", "60"});
  }

  /// The path of a file in the folder, as an argument.
  std::string at(const std::string& name) const { return (*this / name).string(); }
};

}  // namespace nmfsep::test
