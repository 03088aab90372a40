#include "named_recordings.hpp"

namespace nmfsep::python {

namespace fs = std::filesystem;

NamedRecordings::NamedRecordings(const std::vector<Source>& sources, int sample_rate,
                                 Diagnostics* incomplete)
    : sample_rate_(sample_rate), incomplete_(incomplete) {
  for (const auto& [name, recordings] : sources) {
    sources_.push_back({name, {}});
    for (const Recording& recording : recordings) add(recording);
  }
}

OpenRecording NamedRecordings::opener() const {
  return [this](const fs::path& path, const ProgressCallback&) {
    const auto found = arrays_.find(path);
    return found == arrays_.end()
               ? python::open(path, 0, "", incomplete_)
               : python::open(*found->second, sample_rate_, path.string(), nullptr);
  };
}

void NamedRecordings::add(const Recording& recording) {
  SourceRecordings& source = sources_.back();
  if (const auto* path = std::get_if<fs::path>(&recording)) {
    source.files.push_back(*path);
    return;
  }
  const std::string number = std::to_string(source.files.size() + 1);
  source.files.emplace_back(source.name + ", array " + number);
  arrays_[source.files.back()] = &recording;
}

}  // namespace nmfsep::python
