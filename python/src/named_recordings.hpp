#pragma once

#include <nanobind/stl/pair.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "nmfsep/material/source_audio.hpp"
#include "recording.hpp"

namespace nmfsep::python {

/// A source's name and its recordings.
using Source = std::pair<std::string, std::vector<Recording>>;

/// Recordings as the library names them: arrays go by names that stand for them. What it was made
/// of must outlive it.
class NamedRecordings {
 public:
  /// `sample_rate`: of arrays, Hz. `incomplete` as that of `open`.
  NamedRecordings(const std::vector<Source>& sources, int sample_rate, Diagnostics* incomplete);

  const std::vector<SourceRecordings>& sources() const { return sources_; }

  /// For ReadingOptions; this must outlive it.
  OpenRecording opener() const;

 private:
  void add(const Recording& recording);

  int sample_rate_;
  Diagnostics* incomplete_;
  std::vector<SourceRecordings> sources_;
  std::map<std::filesystem::path, const Recording*> arrays_;
};

}  // namespace nmfsep::python
