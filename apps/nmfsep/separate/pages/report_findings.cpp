#include "separate/pages/report_findings.hpp"

#include <algorithm>
#include <cmath>

#include "nmfsep/sources/learnt_model.hpp"

namespace nmfsep::cli {

ReportFindings::ReportFindings(const Analysis& analysis)
    : analysis_(analysis),
      wanted_(static_cast<Index>(std::ceil(usual_report_seconds * analysis.sample_rate /
                                           static_cast<double>(analysis.stft.hop))) +
              2 * Stft(analysis.stft).lead_frames()) {}

void ReportFindings::take(const ExplainedFrames& frames) {
  const Decomposition& found = frames.decomposition;
  for (std::size_t s = 0; s < found.factors.size(); ++s) {
    const auto& [W, H] = found.factors[s];
    if (H.size() == 0 || H.rows() > most_clickable_atoms) continue;
    Source& source = sources_[found.sources[s].name];
    source.learnt = W;
    source.H.resize(static_cast<std::size_t>(frames.channels), Matrix(H.rows(), 0));
    for (Index channel = 0; channel < frames.channels; ++channel) {
      Matrix& all = source.H[static_cast<std::size_t>(channel)];
      const Index before = all.cols();
      const Index more = std::min(frames.own, wanted_ - before);
      if (more <= 0) continue;
      all.conservativeResize(Eigen::NoChange, before + more);
      all.rightCols(more) = H.middleCols(frames.column(channel, 0), more);
    }
  }
}

void ReportFindings::add_to(ReportRequest& request, const Objective& objective) const {
  for (const auto& [name, source] : sources_) {
    const Index frames = source.H.front().cols();
    AtomActivations& activations = request.activations[name];
    activations.channels = static_cast<Index>(source.H.size());
    activations.H.resize(source.H.front().rows(), frames * activations.channels);
    for (std::size_t c = 0; c < source.H.size(); ++c)
      activations.H.middleCols(static_cast<Index>(c) * frames, frames) = source.H[c];
    if (source.learnt.size() == 0) continue;
    ModelHeader header;
    header.name = name;
    header.analysis = analysis_;
    header.objective = objective;
    request.models.push_back(learnt_model(header, source.learnt));
  }
}

}  // namespace nmfsep::cli
