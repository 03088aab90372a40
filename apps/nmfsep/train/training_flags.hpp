#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "files/audio_inputs.hpp"
#include "flags/input_flags.hpp"
#include "flags/objective_flags.hpp"
#include "flags/options.hpp"
#include "nmfsep/sources/training_method.hpp"
#include "train/mask_network_flags.hpp"

namespace nmfsep::cli {

/// The flags of all commands that train: the method, and what it usually takes in other numbers.
class TrainingFlags {
 public:
  /// For sources by themselves or all together, by `method` unless the user names another.
  /// `prior` is what the model keeps where the user gives none.
  TrainingFlags(std::string method, bool together, std::string prior = "nothing")
      : method_(std::move(method)), together_(together), prior_(std::move(prior)) {}

  void add_to(Flags& app);

  /// Of these what a job asks for that several processes share: one source's atoms of one frame.
  void add_shared_to(Flags& app);

  /// Says what - stands for; what recordings lack, where they may, goes to `diagnostics`, which
  /// must live as long. Throws InvalidArgument as InputFlags::validate.
  AudioInputs inputs(bool reads_stdin, Diagnostics& diagnostics) const;

  /// What the method usually takes, with what the user gave; the analysis is for the rate of the
  /// recordings, which are at that of `first` unless the user says otherwise. Throws
  /// InvalidArgument for a method that there is not and for a flag that is nothing to it,
  /// AudioFileError.
  TrainingOptions options(const std::filesystem::path& first, AudioInputs& inputs,
                          const ProgressCallback& progress) const;

  /// Whether the user said which part of each recording is read.
  bool takes_excerpt() const { return input_.gave_excerpt(); }

  /// Whether the user said what is believed beforehand.
  bool gave_prior() const { return objective_.gave_prior(); }

  /// How the recordings are read; `inputs` must live as long.
  ReadingOptions reading(AudioInputs& inputs) const;

 private:
  struct NamedSolver {
    std::string name;
    std::string text;  ///< what the help says of it
  };

  void add_solver_flags(Flags& app, const std::vector<TrainingOptions>& all,
                        const NamedSolver& other);
  void add_analysis_flags(Flags& app);
  void add_set_flags(Flags& app);
  void add_network_flags(Flags& app);
  void add_state_flags(Flags& app);
  std::string beside(std::string_view flag, const TrainingOptions& options) const;
  void refuse_without_effect(const TrainingOptions& options) const;

  std::string method_;
  bool together_;
  std::string prior_;
  std::string solver_;
  std::optional<Index> components_;
  std::optional<int> context_;
  std::optional<int> ensemble_;
  std::optional<double> mixture_seconds_;
  std::optional<double> most_seconds_;
  std::optional<int> iterations_;
  bool exact_ = false;
  std::optional<double> tolerance_;
  std::uint64_t seed_ = 0;
  ObjectiveFlags objective_;
  MaskNetworkFlags masks_;
  AutoencoderOptions network_;
  std::string activation_ = "relu";
  std::string loss_ = "kl";
  std::optional<int> states_;
  std::optional<double> draws_;
  std::optional<int> sample_rate_;
  InputFlags input_;
  AnalysisFlags analysis_;
};

}  // namespace nmfsep::cli
