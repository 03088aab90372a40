#include "sources/mask_network/mask_estimate.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/linear/stacks.hpp"

namespace nmfsep {
namespace {

constexpr float least_heard = 0.01F;   ///< of a mask, so that its logarithm can be outdone
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

/// Masks of a bin's estimates, to the power of 1.5, times `share`; false where nothing is said.
bool ratios_of(const std::vector<SourceEstimate>& dictionaries, Index f, Index t, float share,
               Vector& ratios) {
  const auto estimate = [&](Index s) {
    return dictionaries[static_cast<std::size_t>(s)].magnitudes(f, t);
  };
  float largest = 0;
  for (Index s = 0; s < ratios.size(); ++s) largest = std::max(largest, estimate(s));
  if (!(largest > 0)) return false;
  for (Index s = 0; s < ratios.size(); ++s) {
    const float ratio = estimate(s) / largest;
    ratios(s) = ratio * std::sqrt(ratio);
  }
  ratios *= share / ratios.sum();
  return true;
}

}  // namespace

Matrix heard_logits(const Eigen::Ref<const Matrix>& masks) {
  // One by one: in vectors the same number may have another logarithm at another place.
  return masks.unaryExpr([](float mask) { return std::log(mask + least_heard); });
}

Matrix dictionary_masks(const std::vector<SourceEstimate>& dictionaries) {
  const auto sources = static_cast<Index>(dictionaries.size());
  const Index bins = dictionaries.front().magnitudes.rows();
  Matrix masks = Matrix::Constant(sources * bins, dictionaries.front().magnitudes.cols(),
                                  1 / static_cast<float>(sources));
  tbb::parallel_for(Index{0}, masks.cols(), [&](Index t) {
    auto column = masks.col(t).reshaped(bins, sources);
    Vector ratios(sources);
    for (Index f = 0; f < bins; ++f)
      if (ratios_of(dictionaries, f, t, 1, ratios)) column.row(f) = ratios.transpose();
  });
  return masks;
}

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

Matrix network_masks(const MaskNet& net, const MatrixView& V, Index channels, Index place,
                     const Matrix& dictionaries) {
  const MaskFeatures features(V.rows(), net.context);
  const Matrix padded = pad_channels(V, channels, net.context / 2);
  const Index frames = V.cols() / channels;
  const Index stride = padded.cols() / channels;
  const auto sources = static_cast<Index>(net.sources.size());
  Matrix masks = Matrix::Zero(sources * V.rows(), V.cols());
  const Index heard = net.estimates ? masks.rows() : 0;
  for (Index channel = 0; channel < channels; ++channel)
    for (const Stretch& stretch : stretches_of(net, frames, place)) {
      Matrix input(features.count() + heard, stretch.count);
      features.fill(padded, channel * stride + stretch.first, input.topRows(features.count()));
      if (net.estimates)
        input.bottomRows(heard) =
            heard_logits(dictionaries.middleCols(channel * frames + stretch.first, stretch.count));
      for (const Network& network : net.networks) {
        Tape tape;
        Matrix answer = network.forward({input, stretch.count}, tape).values;
        if (net.estimates) answer += input.bottomRows(heard);
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
  tbb::parallel_for(Index{0}, masks.cols(), [&](Index t) {
    auto column = masks.col(t).reshaped(bins, sources);
    Vector ratios(sources);
    for (Index f = 0; f < bins; ++f)
      if (ratios_of(dictionaries, f, t, share, ratios))
        column.row(f) = (1 - share) * column.row(f) + ratios.transpose();
  });
}

}  // namespace nmfsep
