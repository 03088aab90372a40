#include "sources/autoencoder/excerpts.hpp"

#include <algorithm>
#include <numeric>

namespace nmfsep {
namespace {

constexpr Index stretch = 16;      ///< frames that are held out together, at least
constexpr Index hop = 4;           ///< frames from an excerpt to the next where they are longer
constexpr double quietest = 1e-3;  ///< of the loudest excerpt's mean

double mean_of(const MatrixView& spectra, Index start, Index length) {
  return spectra.middleCols(start, length).cast<double>().mean();
}

/// All places where an excerpt that is not silent may begin.
std::vector<Index> sounding_starts(const MatrixView& spectra, Index length) {
  const Index step = length == 1 ? 1 : hop;
  std::vector<Index> starts;
  std::vector<double> means;
  for (Index start = 0; start + length <= spectra.cols(); start += step) {
    starts.push_back(start);
    means.push_back(mean_of(spectra, start, length));
  }
  if (length == 1 || starts.empty()) return starts;
  const double loudest = *std::max_element(means.begin(), means.end());
  std::vector<Index> kept;
  for (std::size_t i = 0; i < starts.size(); ++i)
    if (means[i] > quietest * loudest) kept.push_back(starts[i]);
  return kept;
}

}  // namespace

Batch Excerpts::take(const std::vector<Index>& numbers) const {
  Batch batch{Matrix(spectra_.rows(), length_ * static_cast<Index>(numbers.size())), length_};
  Index place = 0;
  for (const Index number : numbers) {
    const Index start = starts_[static_cast<std::size_t>(number)];
    const auto mean = static_cast<float>(mean_of(spectra_, start, length_));
    batch.values.middleCols(place, length_) = spectra_.middleCols(start, length_) / mean;
    place += length_;
  }
  return batch;
}

Batch Excerpts::first(Index count) const {
  std::vector<Index> numbers(static_cast<std::size_t>(std::min(count, this->count())));
  std::iota(numbers.begin(), numbers.end(), Index{0});
  return take(numbers);
}

Split split(const MatrixView& spectra, Index length, int held_out) {
  const Index region = std::max(stretch, length);
  std::vector<Index> training, judging;
  for (const Index start : sounding_starts(spectra, length)) {
    const auto is_held_out = [&](Index frame) {
      return held_out > 0 && frame / region % held_out == held_out / 2;
    };
    const bool begins = is_held_out(start), ends = is_held_out(start + length - 1);
    if (begins && ends && (length == 1 || start % region == 0)) judging.push_back(start);
    if (!begins && !ends) training.push_back(start);
  }
  if (judging.empty()) judging = training;
  if (training.empty()) training = judging;
  return {{spectra, length, std::move(training)}, {spectra, length, std::move(judging)}};
}

}  // namespace nmfsep
