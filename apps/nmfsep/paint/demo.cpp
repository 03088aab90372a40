#include "paint/demo.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/training/trainer.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* instruments[] = {"bass", "drums", "piano"};

}  // namespace

fs::path demo_folder() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  for (fs::path above = program.parent_path(); above.has_relative_path();
       above = above.parent_path())
    for (const char* below : {"share/nmfsep/demo", "data"})
      if (fs::is_regular_file(above / below / "mixture.flac", ignored) &&
          fs::is_directory(above / below / "train", ignored))
        return above / below;
  throw FileError(
      fmt::format("--demo: neither share/nmfsep/demo nor data is in a folder above {}; install "
                  "nmfsep whole, or give a recording and models",
                  nmfsep::quoted(program)));
}

std::vector<SourceModel> demo_models(const fs::path& folder, Console& console) {
  std::vector<SourceRecordings> recordings;
  for (const char* instrument : instruments)
    recordings.push_back({instrument, {folder / "train" / (std::string(instrument) + ".flac")}});
  TrainingOptions options = usual_training("nmf");
  options.command = "nmfsep paint --demo";
  Diagnostics diagnostics = console.diagnostics();
  return models_of(
      Trainer(options).train(recordings, {}, diagnostics, console.progress("the demo's models")));
}

}  // namespace nmfsep::cli
