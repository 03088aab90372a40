#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flags/flags.hpp"
#include "nmfsep/scoring/aggregate.hpp"

namespace nmfsep::cli {

/// What to compute, and what to show of it.
struct ScoreSettings {
  ScoreOptions options;
  Align align = Align::refuse;
  bool take_what_is_there = false;  ///< of files that are shorter than their headers say
  std::vector<Spread> spread;       ///< to show beside the statistic
  bool frame_scores = false;        ///< write the scores of each frame
  bool combine = false;             ///< estimates are components, see combine_estimates

  /// Whether what is in the files says which estimate is of which reference.
  bool assigns() const { return combine || options.bss.permute; }
};

/// The flags that say what to compute: a preset, and what departs from it.
class ScoreFlags {
 public:
  void add_to(Flags& app);

  /// `for_museval`: frames as museval's files hold them are wanted, too. Throws
  /// InvalidArgument for an unknown metric or values out of range.
  ScoreSettings settings(bool for_museval) const;

 private:
  void add_metrics(Flags& app);
  void add_bss_eval(Flags& app);
  void add_signals(Flags& app);
  void set_bss(ScoreOptions& options) const;
  void set_frames(ScoreOptions& options) const;
  void set_aggregates(ScoreSettings& settings) const;

  std::string preset_ = "bsseval-v3";
  std::string metrics_;
  std::string oracles_;
  std::string criteria_;
  std::string filters_;
  std::string aggregate_;
  std::string align_;
  bool take_what_is_there_ = false;
  std::optional<double> window_;
  std::optional<double> hop_;
  int filter_length_ = 512;
  bool permute_ = false;
  bool combine_ = false;
  bool zero_mean_ = false;
  bool frames_ = false;
};

}  // namespace nmfsep::cli
