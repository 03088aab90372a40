#include "sources/mask_network/mask_estimate.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/linear/stacks.hpp"

namespace nmfsep {
namespace {

constexpr Index tile_frames = 256;  ///< put through the network together

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

Matrix network_masks(const MaskNet& net, const MatrixView& V, Index channels) {
  const MaskFeatures features(V.rows(), net.context);
  const Matrix padded = pad_channels(V, channels, net.context / 2);
  const Index frames = V.cols() / channels;
  const Index stride = padded.cols() / channels;
  const auto sources = static_cast<Index>(net.sources.size());
  Matrix masks = Matrix::Zero(sources * V.rows(), V.cols());
  for (Index channel = 0; channel < channels; ++channel)
    for (Index first = 0; first < frames; first += tile_frames) {
      const Index count = std::min(tile_frames, frames - first);
      Matrix input(features.count(), count);
      features.fill(padded, channel * stride + first, input);
      for (const Network& network : net.networks) {
        Tape tape;
        Matrix answer = network.forward({input, 1}, tape).values;
        softmax_over_sources(sources, answer);
        masks.middleCols(channel * frames + first, count) +=
            answer / static_cast<float>(net.networks.size());
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
