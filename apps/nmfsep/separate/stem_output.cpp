#include "separate/stem_output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

namespace fs = std::filesystem;

StemOutput::StemOutput(const StemPlan& plan, const AudioInfo& mixture,
                       const ProgressCallback& progress)
    : stems_(plan.stems), outputs_(plan.outputs) {
  for (const fs::path& path : outputs_) {
    folders_.add(path.parent_path());
    PendingFile file(path, plan.overwrite);
    temporaries_.push_back(file.temporary());
    writers_.emplace_back(std::move(file), mixture.channels, mixture.sample_rate, plan.format);
  }
  if (outputs_.empty()) stdout_.emplace(STDOUT_FILENO, mixture, plan.format, progress);
}

void StemOutput::set_tags(const AudioTags& tags) {
  for (AudioWriter& writer : writers_) writer.set_tags(tags);
}

void StemOutput::write(std::size_t source, const MatrixView& samples, const MatrixView& mixture) {
  if (stdout_ && stems_.front().source == source) return stdout_->write(samples);
  const bool has_residual = !stems_.back().source;
  if (has_residual && source == 0) residual_ = mixture;
  for (std::size_t s = 0; s < writers_.size(); ++s) {
    if (stems_[s].source != source) continue;
    writers_[s].write(samples);
    if (!has_residual) continue;
    residual_ -= samples;
    if (s + 2 == stems_.size()) writers_[s + 1].write(residual_);  // after the last of the others
  }
}

void StemOutput::close() {
  for (AudioWriter& writer : writers_) writer.close();
}

void StemOutput::commit(Diagnostics& diagnostics) {
  // Closing can fail, on a full disk say: all of them are closed before the first gets its name.
  close();
  for (std::size_t s = 0; s < writers_.size(); ++s) {
    writers_[s].commit();
    warn_of_clipping(writers_[s].clipped(), nmfsep::quoted(outputs_[s]), diagnostics);
  }
  folders_.keep();
  if (stdout_) warn_of_clipping(stdout_->clipped(), "standard output", diagnostics);
}

void StemOutput::warn_of_clipping(Index clipped, const std::string& name,
                                  Diagnostics& diagnostics) {
  if (clipped > 0)
    diagnostics.warn(WarningCode::clipped,
                     fmt::format("{}: {} samples beyond full scale were limited to it; "
                                 "--format wav --bit-depth 32f keeps them",
                                 name, clipped));
}

}  // namespace nmfsep::cli
