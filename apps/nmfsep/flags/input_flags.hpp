#pragma once

#include <optional>
#include <string>

#include "flags/flags.hpp"
#include "json/json_output.hpp"
#include "nmfsep/audio/audio_stream.hpp"
#include "nmfsep/audio/excerpt_source.hpp"

namespace nmfsep::cli {

/// The flags that say which part of each input is read, and what comes through a pipe.
class InputFlags {
 public:
  void add_to(Flags& app);

  /// Those of inputs that are files.
  void add_excerpts_to(Flags& app);

  /// Throws InvalidArgument for values out of range, and for a pipe's format without a pipe.
  void validate(bool reads_pipe) const;

  Excerpt excerpt() const { return {start_.value_or(0), duration_}; }
  bool gave_excerpt() const { return start_ || duration_; }
  /// What comes through the pipe, if it has no header.
  std::optional<RawFormat> raw() const;

  /// Whether recordings may be shorter than their headers say.
  bool take_what_is_there() const { return take_what_is_there_; }

  /// What the content of a stem depends on.
  Json settings() const;

 private:
  std::optional<double> start_;
  std::optional<double> duration_;
  std::optional<int> raw_rate_;
  std::optional<int> raw_channels_;
  std::optional<std::string> raw_format_;
  bool take_what_is_there_ = false;
};

}  // namespace nmfsep::cli
