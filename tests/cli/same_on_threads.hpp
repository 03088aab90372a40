#pragma once

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/trained_models.hpp"

namespace nmfsep::test {

/// Trains by `command`, which writes set.model, and separates mix.wav with it: the file and the
/// stem of low are the same bytes on any of these numbers of threads.
inline void check_same_on_threads(const TrainedModels& folder,
                                  const std::vector<std::string>& command,
                                  const std::vector<std::string>& numbers) {
  std::string model;
  std::string stem;
  for (const std::string& threads : numbers) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--overwrite", "--threads", threads});
    must_run(arguments);
    must_run({"separate", folder.at("mix.wav"), "-m", folder.at("set.model"), "-o",
              folder.at("out"), "--overwrite", "--threads", threads});
    const std::string now = read_bytes(folder / "set.model");
    const std::string sound = read_bytes(folder / "out/mix/low.wav");
    if (model.empty()) model = now, stem = sound;
    CHECK((now == model));
    CHECK((sound == stem));
  }
}

}  // namespace nmfsep::test
