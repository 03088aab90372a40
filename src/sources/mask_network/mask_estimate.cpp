#include "sources/mask_network/mask_estimate.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/linear/stacks.hpp"

namespace nmfsep {
namespace {

constexpr Index tile_frames = 256;     ///< put through a network of single frames together
constexpr Index stretch_frames = 128;  ///< whose masks a recurrent network makes at once
constexpr Index lead_frames = 64;  ///< that it hears before and after them, as it was trained to

bool has_time(const MaskNet& net) { return net.networks.front().has_time(); }

/// Frames that are put through a network together, and those of them whose masks are kept.
struct Stretch {
  Index first, count;
  Index kept, kept_count;
};

/// Of a block of `frames` that begins at frame `place`.
std::vector<Stretch> stretches_of(const MaskNet& net, Index frames, Index place) {
  const Index length = has_time(net) ? stretch_frames : tile_frames;
  const Index lead = has_time(net) ? lead_frames : 0;
  std::vector<Stretch> result;
  for (Index begin = has_time(net) ? -(place % length) : 0; begin < frames; begin += length) {
    const Index kept = std::max<Index>(begin, 0);
    const Index first = std::max<Index>(begin - lead, 0);
    const Index end = std::min(begin + length, frames);
    result.push_back({first, std::min(begin + length + lead, frames) - first, kept, end - kept});
  }
  return result;
}

}  // namespace

void softmax_over_sources(Index sources, Eigen::Ref<Matrix> z) {
  const Index bins = z.rows() / sources;
  tbb::parallel_for(Index{0}, z.cols(), [&](Index t) {
    auto column = z.col(t).reshaped(bins, sources);
    for (Index f = 0; f < bins; ++f) {
      float largest = column(f, 0);
      for (Index s = 1; s < sources; ++s) largest = std::max(largest, column(f, s));
      float sum = 0;
      for (Index s = 0; s < sources; ++s) sum += column(f, s) = std::exp(column(f, s) - largest);
      for (Index s = 0; s < sources; ++s) column(f, s) /= sum;
    }
  });
}

Index network_reach(const MaskNet& net) {
  return net.context / 2 + (has_time(net) ? stretch_frames - 1 + lead_frames : 0);
}

Matrix network_masks(const MaskNet& net, const MatrixView& V, Index channels, Index place) {
  const MaskFeatures features(V.rows(), net.context);
  const Matrix padded = pad_channels(V, channels, net.context / 2);
  const Index frames = V.cols() / channels;
  const Index stride = padded.cols() / channels;
  const auto sources = static_cast<Index>(net.sources.size());
  Matrix masks = Matrix::Zero(sources * V.rows(), V.cols());
  for (Index channel = 0; channel < channels; ++channel)
    for (const Stretch& stretch : stretches_of(net, frames, place)) {
      Matrix input(features.count(), stretch.count);
      features.fill(padded, channel * stride + stretch.first, input);
      for (const Network& network : net.networks) {
        Tape tape;
        Matrix answer = network.forward({input, stretch.count}, tape).values;
        softmax_over_sources(sources, answer);
        masks.middleCols(channel * frames + stretch.kept, stretch.kept_count) +=
            answer.middleCols(stretch.kept - stretch.first, stretch.kept_count) /
            static_cast<float>(net.networks.size());
      }
    }
  return masks;
}

void mix_with_dictionaries(const std::vector<SourceEstimate>& dictionaries, float share,
                           Eigen::Ref<Matrix> masks) {
  const auto sources = static_cast<Index>(dictionaries.size());
  const Index bins = masks.rows() / sources;
  const auto estimate = [&](Index s, Index f, Index t) {
    return dictionaries[static_cast<std::size_t>(s)].magnitudes(f, t);
  };
  tbb::parallel_for(Index{0}, masks.cols(), [&](Index t) {
    auto column = masks.col(t).reshaped(bins, sources);
    Vector ratios(sources);
    for (Index f = 0; f < bins; ++f) {
      float largest = 0;
      for (Index s = 0; s < sources; ++s) largest = std::max(largest, estimate(s, f, t));
      if (!(largest > 0)) continue;
      for (Index s = 0; s < sources; ++s) {
        const float ratio = estimate(s, f, t) / largest;
        ratios(s) = ratio * std::sqrt(ratio);
      }
      ratios *= share / ratios.sum();
      for (Index s = 0; s < sources; ++s) column(f, s) = (1 - share) * column(f, s) + ratios(s);
    }
  });
}

}  // namespace nmfsep
