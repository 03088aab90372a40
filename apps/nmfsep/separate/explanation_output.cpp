#include "separate/explanation_output.hpp"

#include <fmt/format.h>

namespace nmfsep::cli {

ExplanationOutput::ExplanationOutput(std::filesystem::path folder, Overwrite overwrite)
    : folder_(std::move(folder)), overwrite_(overwrite) {
  folders_.add(folder_);
}

NpyFile ExplanationOutput::file(const std::string& source, const char* what,
                                std::vector<Index> inner) const {
  return {PendingFile(folder_ / fmt::format("{}-{}.npy", source, what), overwrite_),
          std::move(inner)};
}

void ExplanationOutput::open(const Decomposition& first, Index channels) {
  for (std::size_t s = 0; s < first.sources.size(); ++s) {
    const auto& [name, magnitudes] = first.sources[s];
    Files files{file(name, "V", {channels, magnitudes.rows()}), {}, {}};
    if (s < first.factors.size()) {
      const auto& [W, H] = first.factors[s];
      if (H.size() > 0) files.activations.push_back(file(name, "H", {channels, H.rows()}));
      if (W.size() > 0) files.atoms.push_back(file(name, "W", {W.rows()}));
      for (Index k = 0; k < W.cols(); ++k) files.atoms.front().append(W.col(k));
    }
    files_.push_back(std::move(files));
  }
}

void ExplanationOutput::write(const ExplainedFrames& frames) {
  const Decomposition& found = frames.decomposition;
  if (files_.empty()) open(found, frames.channels);
  for (std::size_t s = 0; s < files_.size(); ++s)
    for (Index frame = 0; frame < frames.own; ++frame)
      for (Index channel = 0; channel < frames.channels; ++channel) {
        const Index column = frames.column(channel, frame);
        files_[s].magnitudes.append(found.sources[s].magnitudes.col(column));
        for (NpyFile& activations : files_[s].activations)
          activations.append(found.factors[s].H.col(column));
      }
}

void ExplanationOutput::commit() {
  for (Files& files : files_) {
    files.magnitudes.commit();
    for (NpyFile& activations : files.activations) activations.commit();
    for (NpyFile& atoms : files.atoms) atoms.commit();
  }
  folders_.keep();
}

}  // namespace nmfsep::cli
