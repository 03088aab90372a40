#include "training_output.hpp"

#include <fmt/format.h>

#include <ostream>

#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"

namespace nmfsep::cli {

TrainingOutput::TrainingOutput(std::string path, const std::string& json_target,
                               Overwrite overwrite)
    : path_(std::move(path)), overwrite_(overwrite), json_(json_target, overwrite) {
  PendingFile(path_, overwrite);
}

void TrainingOutput::write(std::span<const SourceModel> models, const std::string& summary,
                           const Json& document, Console& console) {
  save_models(path_, models, overwrite_);
  if (!json_.takes_stdout()) console.out() << summary;
  json_.write(document, console);
}

std::string summary_of(const std::string& path, const SourceModel& model) {
  const ModelHeader& header = *model;
  const bool is_sample = header.training.available_seconds > header.training.seconds;
  return fmt::format(
      "{}: source '{}', {} {} from {:.1f} s{} in {} file{}", printable(path), header.name,
      model->components(), header.training.method == "exemplars" ? "exemplars" : "atoms",
      header.training.seconds,
      is_sample ? fmt::format(" drawn from {:.1f}", header.training.available_seconds) : "",
      header.training.files, header.training.files == 1 ? "" : "s");
}

}  // namespace nmfsep::cli
