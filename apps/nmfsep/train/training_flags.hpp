#pragma once

#include <optional>
#include <string>

#include "flags/options.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep::cli {

/// The flags of all commands that train: the method, and what it usually takes in other numbers.
class TrainingFlags {
 public:
  /// For sources by themselves or all together, by `method` unless the user names another.
  TrainingFlags(std::string method, bool together)
      : method_(std::move(method)), together_(together) {}

  void add_to(Flags& app);

  /// What the method usually takes, with what the user gave; the analysis is for the rate of
  /// `first_file`. Throws InvalidArgument for a method that there is not, AudioFileError.
  TrainingOptions options(const std::string& first_file) const;

 private:
  void add_network_flags(Flags& app);

  std::string method_;
  bool together_;
  std::string solver_;
  std::optional<Index> components_;
  std::optional<int> context_;
  std::optional<int> ensemble_;
  std::optional<double> mixture_seconds_;
  std::optional<double> most_seconds_;
  std::optional<int> iterations_;
  std::optional<double> tolerance_;
  std::uint64_t seed_ = 0;
  AutoencoderOptions network_;
  std::string activation_ = "relu";
  std::string loss_ = "kl";
  AnalysisFlags analysis_;
};

}  // namespace nmfsep::cli
