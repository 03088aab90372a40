#include "sources/mask_network/held_out_mixtures.hpp"

#include <algorithm>
#include <cmath>

#include "sources/mask_network/mask_estimate.hpp"

namespace nmfsep {
namespace {

constexpr Index watched_pieces = 8;
constexpr double watched_part = 1.0 / 16;  ///< of each recording
constexpr double most_watched_part = 1.0 / 8;
constexpr double watched_seconds = 0.55;  ///< of the shortest source; what is audible and a margin
constexpr double watched_place = 0.6;     ///< in each recording, where the stretch begins

}  // namespace

HeldOutMixtures::HeldOutMixtures(const MaskFold& held, const StftOptions& stft,
                                 const MaskNetOptions& options)
    : context_(options.context) {
  const Index bins = stft.fft_size / 2 + 1;
  const MaskFeatures features(bins, context_);
  const RandomMixtures mixtures(
      held.sources,
      {.stft = stft, .frames = mask_piece_frames + context_ - 1, .speed_range = 0, .silence = 0});
  Random random(options.seed);
  const Index frames = watched_pieces * mask_piece_frames;
  heard_.resize(held.dictionaries ? static_cast<Index>(held.sources.size()) * bins : 0, frames);
  features_.resize(features.count() + heard_.rows(), frames);
  for (Index piece = 0; piece < watched_pieces; ++piece) {
    pieces_.push_back(mixtures.draw(random));
    const Matrix V = pieces_.back().mixture.cwiseAbs();
    const Index first = piece * mask_piece_frames;
    features.fill(V, 0, features_.middleCols(first, mask_piece_frames).topRows(features.count()));
    if (held.dictionaries)
      heard_.middleCols(first, mask_piece_frames) =
          heard_logits(held.dictionaries(V).middleCols(context_ / 2, mask_piece_frames));
  }
  features_.bottomRows(heard_.rows()) = heard_;
}

double HeldOutMixtures::sdr_of(const Network& network) const {
  const auto sources = static_cast<Index>(pieces_.front().sources.size());
  Tape tape;
  Matrix masks = network.forward({features_, mask_piece_frames}, tape).values;
  if (heard_.rows() > 0) masks += heard_;
  softmax_over_sources(sources, masks);
  const auto frames_of = [&](const ComplexMatrix& spectra) {
    return spectra.middleCols(context_ / 2, mask_piece_frames);
  };
  double sum = 0;
  for (Index s = 0; s < sources; ++s) {
    double energy = 0, error = 0;
    for (Index piece = 0; piece < watched_pieces; ++piece) {
      const MixedPiece& mixed = pieces_[static_cast<std::size_t>(piece)];
      const auto S = frames_of(mixed.sources[static_cast<std::size_t>(s)]);
      const auto X = frames_of(mixed.mixture);
      const auto mask =
          masks.block(s * X.rows(), piece * mask_piece_frames, X.rows(), mask_piece_frames);
      energy += static_cast<double>(S.squaredNorm());
      error += static_cast<double>((S - X.cwiseProduct(mask)).squaredNorm());
    }
    sum += 10 * std::log10(std::max(energy, 1e-30) / std::max(error, 1e-30));
  }
  return sum / static_cast<double>(sources);
}

WatchedMaterial watch(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                      const MaskNetOptions& options, const DictionaryLearner& dictionaries) {
  double shortest = sources.front().seconds();
  for (const SourceAudio& source : sources) shortest = std::min(shortest, source.seconds());
  const double part = std::max(watched_part, watched_seconds / std::max(shortest, 1e-9));
  if (part > most_watched_part) return {sources, {}};
  auto [training, held] = hold_out(sources, watched_place, watched_place + part);
  if (!is_audible(training) || !is_audible(held)) return {sources, {}};
  const MaskFold fold{held, dictionaries ? dictionaries(training) : nullptr};
  return {std::move(training), HeldOutMixtures(fold, stft, options)};
}

}  // namespace nmfsep
