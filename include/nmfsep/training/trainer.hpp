#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/source_model.hpp"
#include "nmfsep/training/training_audio.hpp"

namespace nmfsep {

/// How atoms come to be.
enum class TrainingMethod {
  nmf,         ///< learnt by NMF: a few that sum up what the source does
  exemplars,   ///< frames of the training, drawn from the seed: hundreds, with nothing to learn
  convolutive  ///< learnt as events of several frames, by convolutive NMF (Smaragdis, 2004)
};

/// "nmf", "exemplars" or "convolutive".
std::string to_string(TrainingMethod method);
/// The inverse. Throws InvalidArgument for another text.
TrainingMethod training_method_from_string(std::string_view text);

/// How a model is learnt from recordings of its source alone.
struct TrainerOptions : TrainingOptions {
  TrainingMethod method = TrainingMethod::nmf;
  bool fit_components = false;  ///< learn fewer atoms where there are fewer frames

  TrainerOptions() { nmf = usual_nmf(); }

  /// 25 over-relaxed updates: more lower the divergence but not the error. Exemplars need none, and
  /// components are the most of them.
  static NmfOptions usual_nmf();
};

struct TrainedModel {
  SourceModel model;
  NmfReport report;  ///< without updates and cost for exemplars
};

/// Learns a source's model from recordings of it alone: a Dictionary for atoms of one frame, a
/// PairedDictionary for longer ones, a ConvolutiveDictionary for the method of that name. Every
/// channel of every recording gives frames; digitally silent ones are left out, and exemplars are
/// drawn from those within 60 dB of the loudest. Throws AudioFileError when all is silence or there
/// are fewer frames than atoms, InvalidArgument, Cancelled.
class Trainer {
 public:
  explicit Trainer(TrainerOptions options);

  TrainedModel train(const SourceAudio& source, const ProgressCallback& progress = {}) const;

  /// The same from files, as `read_sources` takes them.
  TrainedModel train(const SourceRecordings& source, Diagnostics& diagnostics,
                     const ProgressCallback& progress = {}) const;

 private:
  Matrix atoms_of(const SourceAudio& source, const Analysis& analysis, NmfReport& report,
                  const ProgressCallback& progress) const;

  TrainerOptions options_;
};

}  // namespace nmfsep
