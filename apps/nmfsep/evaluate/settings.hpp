#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluate/metrics.hpp"
#include "flags/flags.hpp"
#include "json/json_output.hpp"

namespace nmfsep::cli {

/// The flags that say what to compute: a preset, and what departs from it.
class ScoreFlags {
 public:
  void add_to(Flags& app);

  /// Throws InvalidArgument for an unknown metric or values out of range.
  ScoreSettings settings() const;

 private:
  void set_frames(ScoreSettings& settings) const;

  std::string preset_ = "bsseval-v3";
  std::string metrics_;
  std::string oracles_;
  std::string criteria_;
  std::string filters_;
  std::string statistic_;
  std::string align_;
  std::optional<double> window_;
  std::optional<double> hop_;
  int filter_length_ = 512;
  bool permute_ = false;
  bool frames_ = false;
};

Json to_json(const ScoreSettings& settings);

}  // namespace nmfsep::cli
