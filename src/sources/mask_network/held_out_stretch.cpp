#include "sources/mask_network/held_out_stretch.hpp"

#include <algorithm>

namespace nmfsep {
namespace {

constexpr double least_seconds = 0.5;

}  // namespace

HeldOutStretch hold_out(const std::vector<SourceAudio>& sources, double begin, double end) {
  HeldOutStretch result{sources, sources};
  for (std::size_t s = 0; s < sources.size(); ++s)
    for (std::size_t r = 0; r < sources[s].recordings.size(); ++r) {
      const Matrix& samples = sources[s].recordings[r].samples;
      const auto place = [&](double part) {
        return static_cast<Index>(part * static_cast<double>(samples.rows()));
      };
      const Index first = place(begin);
      const Index count = place(end) - first;
      const Index after = samples.rows() - first - count;
      result.held[s].recordings[r].samples = samples.middleRows(first, count);
      Matrix& kept = result.training[s].recordings[r].samples;
      kept.resize(samples.rows() - count, samples.cols());
      kept << samples.topRows(first), samples.bottomRows(after);
    }
  return result;
}

bool is_audible(const std::vector<SourceAudio>& sources) {
  return std::all_of(sources.begin(), sources.end(), [](const SourceAudio& source) {
    double energy = 0;
    for (const AudioBuffer& audio : source.recordings)
      energy += audio.samples.cast<double>().squaredNorm();
    return source.seconds() >= least_seconds && energy > 0;
  });
}

}  // namespace nmfsep
