#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/autoencoder/autoencoder_training.hpp"
#include "nmfsep/sources/mask_network/mask_training.hpp"
#include "nmfsep/sources/n_hmm/n_hmm_options.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep {

/// Says when notes or strokes begin.
class OnsetFinder {
 public:
  virtual ~OnsetFinder() = default;
  /// In seconds from the beginning of a recording of a source alone.
  virtual std::vector<double> onsets(const AudioBuffer& recording) const = 0;
};

/// How models are learnt from recordings of their sources alone. What a method does not know it
/// leaves alone; what it usually takes, TrainingMethod says.
struct TrainingOptions {
  std::string method = "nmf";       ///< see training_methods
  bool together = false;            ///< from two to eight sources at once, to be told apart
  std::optional<StftOptions> stft;  ///< absent: StftOptions::for_sample_rate
  Objective objective;              ///< its divergence is what training minimises too
  int context = 1;                  ///< frames an atom spans, odd; more tell transients apart
  NmfOptions nmf;                   ///< atoms a source, updates, solver, seed
  bool fit_components = false;      ///< learn fewer atoms where there are fewer frames
  int ensemble = 1;                 ///< members, each of other exemplars; more err less, cost more
  double mixture_seconds = 0;       ///< of training mixtures; 0: sources are rebuilt from exemplars
  /// Of convolutive atoms, which are placed where it says notes begin; absent: anywhere.
  std::shared_ptr<const OnsetFinder> onsets = {};
  MaskNetOptions masks;        ///< of mask networks; its seed is that of `nmf`
  AutoencoderOptions network;  ///< of autoencoders; its components and seed are those of `nmf`
  NHmmOptions n_hmm;           ///< of hidden Markov models; `nmf` counts the atoms of a state
  int mixture_iterations = ModelHeader().mixture_iterations;  ///< that models will ask for
  std::string command = {};  ///< that asks for this, for the record; see TrainingRecord

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  Analysis analysis(int sample_rate) const;

  friend bool operator==(const TrainingOptions&, const TrainingOptions&) = default;
};

struct TrainedModel {
  SourceModel model;
  NmfReport report;  ///< without updates and cost where nothing was fitted
  std::vector<Warning> warnings = {};
  std::string remark = {};  ///< what else training found, a line for people; a set's with its first
};

/// A way to learn models. What it makes may be of several kinds, by its options.
struct TrainingMethod {
  std::string_view name;     ///< as flags and files spell it
  std::string_view summary;  ///< for people: what it learns

  /// What it usually takes with each source by itself, and with all sources at once; null where it
  /// cannot.
  TrainingOptions (*usual_alone)();
  TrainingOptions (*usual_together)();

  /// Learns a model of each source, in their order: of one source alone, or of all together.
  /// Throws AudioFileError where there is too little that is not silent, Cancelled.
  std::vector<TrainedModel> (*learn)(const std::vector<SourceAudio>& sources,
                                     const TrainingOptions& options,
                                     const ProgressCallback& progress);

  /// What it takes no account of: "iterations", "tolerance", "solver" and "prior" where nothing is
  /// fitted, "divergence" where models do not know it. Null: it takes account of all.
  std::vector<std::string_view> (*without_effect)(const TrainingOptions& options) = nullptr;

  /// Whether, cancelled, it may return what it has learnt so far.
  bool keeps_unfinished = false;

  /// Whether it places atoms at onsets, where it is told of them.
  bool takes_onsets = false;
};

/// What the method of these options takes no account of.
std::vector<std::string_view> options_without_effect(const TrainingOptions& options);

/// The only list of methods.
std::span<const TrainingMethod> training_methods();

/// The method of that name. Throws InvalidArgument that names those there are.
const TrainingMethod& training_method(std::string_view name);

/// What the method usually takes. Throws InvalidArgument where there is no such method, or it
/// cannot train so.
TrainingOptions usual_training(std::string_view method, bool together = false);

/// The header of what was learnt from `source`: the report's updates and cost go into its record.
ModelHeader trained_header(const SourceAudio& source, const TrainingOptions& options,
                           const NmfReport& report);

}  // namespace nmfsep
