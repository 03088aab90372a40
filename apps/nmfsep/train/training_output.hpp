#pragma once

#include <span>
#include <string>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep::cli {

/// Where a training goes to: a model file, lines for people and a document for programs. Made
/// before the training, since what cannot be written is better known then.
class TrainingOutput {
 public:
  /// Throws FileError as PendingFile.
  TrainingOutput(std::string path, const std::string& json_target, Overwrite overwrite);

  void write(std::span<const SourceModel> models, const std::string& summary, const Json& document,
             Console& console);

  /// The models with what is told of every training, and a warning where fewer atoms were learnt
  /// than is usual.
  void write(const std::vector<TrainedModel>& trained, const TrainingOptions& options,
             Console& console);

 private:
  std::string path_;
  Overwrite overwrite_;
  JsonOutput json_;
};

/// "set.safetensors: source 'bass', 400 atoms from 19.3 s in 1 file".
std::string summary_of(const std::string& path, const SourceModel& model);

}  // namespace nmfsep::cli
