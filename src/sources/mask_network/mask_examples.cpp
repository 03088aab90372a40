#include "sources/mask_network/mask_examples.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "sources/mask_network/mask_estimate.hpp"

namespace nmfsep {
namespace {

constexpr Index piece_frames = mask_piece_frames;
constexpr Index pieces_of_step = 4;

/// A seed for each piece of each step, far from those of other seeds.
std::uint64_t seed_of(std::uint64_t seed, std::int64_t piece) {
  return seed * 0x9E3779B97F4A7C15U + static_cast<std::uint64_t>(piece);
}

}  // namespace

MaskExamples::MaskExamples(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                           const MaskNetOptions& options)
    : sources_(static_cast<Index>(sources.size())),
      bins_(stft.fft_size / 2 + 1),
      context_(options.context),
      seed_(options.seed),
      features_(bins_, context_),
      mixtures_(sources, {.stft = stft, .frames = piece_frames + context_ - 1}) {}

MaskExample MaskExamples::make(int step) const {
  const Index frames = pieces_of_step * piece_frames;
  MaskExample example{Matrix(features(), frames), Matrix(outputs(), frames), Matrix(bins_, frames)};
  tbb::parallel_for(Index{0}, pieces_of_step, [&](Index piece) {
    Random random(seed_of(seed_, step * pieces_of_step + piece));
    put(mixtures_.draw(random), piece * piece_frames, example);
  });
  const double mean = example.weight.cast<double>().mean();
  if (mean > 0) example.weight /= static_cast<float>(mean);
  return example;
}

void MaskExamples::put(const MixedPiece& piece, Index first, MaskExample& example) const {
  const Matrix V = piece.mixture.cwiseAbs();
  features_.fill(V, 0, example.features.middleCols(first, piece_frames));
  const auto X = piece.mixture.middleCols(context_ / 2, piece_frames);
  example.weight.middleCols(first, piece_frames) = X.cwiseAbs2();
  const auto mask = [](std::complex<float> s, std::complex<float> x) {
    const float power = std::norm(x);
    return power > 0 ? std::clamp((s * std::conj(x)).real() / power, 0.0F, 1.0F) : 0.0F;
  };
  for (Index s = 0; s < sources_; ++s)
    example.target.block(s * bins_, first, bins_, piece_frames) =
        piece.sources[static_cast<std::size_t>(s)]
            .middleCols(context_ / 2, piece_frames)
            .binaryExpr(X, mask);
}

double mask_loss(const MaskExample& example, double discrimination, Eigen::Ref<Matrix> z) {
  const Index bins = example.weight.rows();
  const Index sources = z.rows() / bins;
  const float scale = 2 / static_cast<float>(z.size());
  const auto apart = static_cast<float>(discrimination);
  softmax_over_sources(sources, z);
  Eigen::VectorXd losses(z.cols());
  tbb::parallel_for(Index{0}, z.cols(), [&](Index t) {
    auto mask = z.col(t).reshaped(bins, sources);
    const auto target = example.target.col(t).reshaped(bins, sources);
    double loss = 0;
    for (Index f = 0; f < bins; ++f) {
      const float weight = example.weight(f, t);
      const float all = target.row(f).sum();
      const auto other = [&](Index s) {
        return (all - target(f, s)) / static_cast<float>(sources - 1);
      };
      const auto slope = [&](Index s) {
        return mask(f, s) - target(f, s) - apart * (mask(f, s) - other(s));
      };
      float common = 0;  // Σ of masks times their slopes
      for (Index s = 0; s < sources; ++s) {
        const float error = mask(f, s) - target(f, s);
        const float distance = mask(f, s) - other(s);
        loss += static_cast<double>(weight) * (error * error - apart * distance * distance);
        common += mask(f, s) * slope(s);
      }
      for (Index s = 0; s < sources; ++s) mask(f, s) *= scale * weight * (slope(s) - common);
    }
    losses(t) = loss;
  });
  return losses.sum() / static_cast<double>(z.size());
}

}  // namespace nmfsep
