#include "sources/mask_network/mask_examples.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <complex>

#include "sources/mask_network/mask_estimate.hpp"

namespace nmfsep {
namespace {

constexpr Index piece_frames = mask_piece_frames;
constexpr Index pieces_of_step = 4;

/// Re(S X*) / |X|² between 0 and 1, and 0 where nothing sounds.
float projection(std::complex<float> S, std::complex<float> X) {
  const float power = std::norm(X);
  return power > 0 ? std::clamp((S * std::conj(X)).real() / power, 0.0F, 1.0F) : 0.0F;
}

/// |S| / |X| up to 1, and 0 where nothing sounds.
float magnitude(std::complex<float> S, std::complex<float> X) {
  const float loudness = std::abs(X);
  return loudness > 0 ? std::min(std::abs(S) / loudness, 1.0F) : 0.0F;
}

/// Divides magnitudes of sources, those of one below those of another, by their sum where there is
/// any.
void share_among_sources(Index sources, Eigen::Ref<Matrix> magnitudes) {
  const Index bins = magnitudes.rows() / sources;
  Matrix sum = magnitudes.topRows(bins);
  for (Index s = 1; s < sources; ++s) sum += magnitudes.middleRows(s * bins, bins);
  for (Index s = 0; s < sources; ++s)
    magnitudes.middleRows(s * bins, bins).array() /= (sum.array() > 0).select(sum.array(), 1);
}

/// A seed for each piece of each step, far from those of other seeds.
std::uint64_t seed_of(std::uint64_t seed, std::int64_t piece) {
  return seed * 0x9E3779B97F4A7C15U + static_cast<std::uint64_t>(piece);
}

}  // namespace

MaskExamples::MaskExamples(const std::vector<MaskFold>& folds, const StftOptions& stft,
                           const MaskNetOptions& options)
    : sources_(static_cast<Index>(folds.front().sources.size())),
      bins_(stft.fft_size / 2 + 1),
      context_(options.context),
      loss_(options.loss),
      seed_(options.seed),
      features_(bins_, context_) {
  for (const MaskFold& fold : folds)
    folds_.push_back(
        {RandomMixtures(fold.sources, {.stft = stft, .frames = piece_frames + context_ - 1}),
         fold.dictionaries});
}

MaskExample MaskExamples::make(int step) const {
  const Index frames = pieces_of_step * piece_frames;
  MaskExample example{Matrix(features(), frames), Matrix(outputs(), frames), Matrix(bins_, frames),
                      Matrix(is_heard() ? outputs() : 0, frames)};
  tbb::parallel_for(Index{0}, pieces_of_step, [&](Index piece) {
    Random random(seed_of(seed_, step * pieces_of_step + piece));
    const Fold& fold = folds_[static_cast<std::size_t>(piece) % folds_.size()];
    const MixedPiece drawn = fold.mixtures.draw(random);
    put(drawn, piece * piece_frames, example);
    if (is_heard())
      put_heard(fold.dictionaries(drawn.mixture.cwiseAbs()), piece * piece_frames, example);
  });
  const double mean = example.weight.cast<double>().mean();
  if (mean > 0) example.weight /= static_cast<float>(mean);
  return example;
}

void MaskExamples::put_heard(const Matrix& masks, Index first, MaskExample& example) const {
  auto heard = example.heard.middleCols(first, piece_frames);
  heard = heard_logits(masks.middleCols(context_ / 2, piece_frames));
  example.features.middleCols(first, piece_frames).bottomRows(outputs()) = heard;
}

void MaskExamples::put(const MixedPiece& piece, Index first, MaskExample& example) const {
  const Matrix V = piece.mixture.cwiseAbs();
  features_.fill(V, 0, example.features.middleCols(first, piece_frames).topRows(features_.count()));
  const auto X = piece.mixture.middleCols(context_ / 2, piece_frames);
  example.weight.middleCols(first, piece_frames) = X.cwiseAbs2();
  auto target = example.target.middleCols(first, piece_frames);
  for (Index s = 0; s < sources_; ++s) {
    const auto S =
        piece.sources[static_cast<std::size_t>(s)].middleCols(context_ / 2, piece_frames);
    auto masks = target.middleRows(s * bins_, bins_);
    switch (loss_) {
      case MaskLoss::projection:
        masks = S.binaryExpr(X, &projection);
        break;
      case MaskLoss::magnitude:
        masks = S.binaryExpr(X, &magnitude);
        break;
      case MaskLoss::kl:
        masks = S.cwiseAbs();
        break;
    }
  }
  if (loss_ == MaskLoss::kl) share_among_sources(sources_, target);
}

}  // namespace nmfsep
