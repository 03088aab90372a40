#include "stem_output.hpp"

#include <fmt/format.h>

#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

namespace fs = std::filesystem;

StemOutput::StemOutput(const StemPlan& plan, Index channels, int sample_rate)
    : stems_(plan.stems), outputs_(plan.outputs) {
  for (const fs::path& path : outputs_) {
    folders_.add(path.parent_path());
    writers_.emplace_back(PendingFile(path, plan.overwrite), static_cast<int>(channels),
                          sample_rate, plan.format);
  }
}

void StemOutput::write(std::size_t source, const MatrixView& samples, const MatrixView& mixture) {
  if (source == 0) residual_ = mixture;
  for (std::size_t s = 0; s < stems_.size(); ++s) {
    if (stems_[s].source != source) continue;
    writers_[s].write(samples);
    residual_ -= samples;
    // The residual, if it is wanted, follows the last of the others.
    if (s + 1 < stems_.size() && !stems_[s + 1].source) writers_[s + 1].write(residual_);
  }
}

void StemOutput::commit(Diagnostics& diagnostics) {
  // Closing can fail, on a full disk say: all of them are closed before the first gets its name.
  for (AudioWriter& writer : writers_) writer.close();
  for (std::size_t s = 0; s < writers_.size(); ++s) {
    writers_[s].commit();
    if (writers_[s].clipped() > 0)
      diagnostics.warn("clipped",
                       fmt::format("{}: {} samples beyond full scale were limited to it; "
                                   "--bit-depth 32f keeps them",
                                   nmfsep::quoted(outputs_[s]), writers_[s].clipped()));
  }
  folders_.keep();
}

}  // namespace nmfsep::cli
