#include "evaluation/decomposition.hpp"

#include <algorithm>
#include <numeric>

#include "evaluation/block_size.hpp"
#include "evaluation/extended/extended_projection.hpp"
#include "evaluation/parallel.hpp"
#include "evaluation/projection/spectra.hpp"

namespace nmfsep {
namespace {

constexpr std::size_t group_segments = 32;  ///< segments read at once

/// A piece of a frame's output, as long as one transform gives.
struct Segment {
  std::size_t frame = 0;
  Index first = 0;    ///< the first sample that its filters need
  Index outputs = 0;  ///< samples of output
};

/// Everything that the segments share.
class Decomposer {
 public:
  Decomposer(const Layout& layout, const Projections& projections)
      : layout_(layout),
        projections_(projections),
        taps_(projections.all.filters.rows()),
        fft_(block_fft_size(taps_)),
        all_(transform(fft_, projections.all.filters)) {
    for (const Projection& own : projections.own) own_.push_back(transform(fft_, own.filters));
  }

  Index taps() const { return taps_; }
  Index input() const { return fft_.size(); }
  Index outputs() const { return fft_.size() - taps_ + 1; }

  /// The segment's share of its frame's energies: [reference][candidate]. `samples` holds the
  /// input, zero outside of the frame.
  std::vector<std::vector<Energies>> energies(const Signal& samples, Index outputs) const {
    const Spectra references = transform(fft_, samples.leftCols(layout_.reference_channels()));
    const auto output = [&](Index channel) {
      return samples.col(channel).segment(taps_ - 1, outputs);
    };
    const auto sources = static_cast<std::size_t>(layout_.sources);
    std::vector<std::vector<Energies>> result(sources);
    for (std::size_t j = 0; j < sources; ++j) result[j].resize(projections_.candidates[j].size());
    for (Index channel = 0; channel < layout_.estimate_channels(); ++channel) {
      const Index estimate = channel / layout_.channels;
      const Index within = channel % layout_.channels;
      const Eigen::VectorXd explained =
          filtered(references, projections_.all, all_, channel).segment(taps_ - 1, outputs);
      for (std::size_t j = 0; j < sources; ++j)
        for (std::size_t k = 0; k < projections_.candidates[j].size(); ++k) {
          if (projections_.candidates[j][k] != estimate) continue;
          const Index column = static_cast<Index>(k) * layout_.channels + within;
          const Eigen::VectorXd target = filtered(references, projections_.own[j], own_[j], column)
                                             .segment(taps_ - 1, outputs);
          result[j][k] +=
              channel_energies(output(static_cast<Index>(j) * layout_.channels + within),
                               output(layout_.reference_channels() + channel), target, explained);
        }
    }
    return result;
  }

 private:
  using Samples = Eigen::Ref<const Eigen::VectorXd>;

  static Energies channel_energies(const Samples& reference, const Samples& estimate,
                                   const Samples& target, const Samples& explained) {
    return {.reference = reference.squaredNorm(),
            .estimate = estimate.squaredNorm(),
            .target = target.squaredNorm(),
            .explained = explained.squaredNorm(),
            .interference = (explained - target).squaredNorm(),
            .artifacts = (estimate - explained).squaredNorm(),
            .residual = (estimate - target).squaredNorm(),
            .spatial = (target - reference).squaredNorm(),
            .error = (estimate - reference).squaredNorm()};
  }

  /// The references through the filters of estimate channel `q` of the projection.
  Eigen::VectorXd filtered(const Spectra& references, const Projection& projection,
                           const Spectra& filters, Index q) const {
    const auto count = static_cast<Index>(projection.channels.size());
    Spectra sum(fft_.bins(), 1);
    for (Index k = 0; k < count; ++k)
      kernels::add_product(references.column(projection.channels[static_cast<std::size_t>(k)]),
                           filters.column(q * count + k), sum.column(0), fft_.bins());
    return sequence(fft_, sum, 0);
  }

  const Layout& layout_;
  const Projections& projections_;
  Index taps_;
  RealFft fft_;
  Spectra all_;
  std::vector<Spectra> own_;
};

/// The segments of all frames in the order of their first samples, so that a file is read once.
std::vector<Segment> segments_of(const std::vector<Frame>& frames, const Decomposer& decomposer,
                                 Surroundings surroundings) {
  std::vector<Segment> segments;
  const Index history = decomposer.taps() - 1;
  const Index tail = surroundings == Surroundings::silence ? history : 0;
  for (std::size_t f = 0; f < frames.size(); ++f)
    for (Index done = 0; done < frames[f].samples + tail; done += decomposer.outputs())
      segments.push_back({f, frames[f].first + done - history,
                          std::min(decomposer.outputs(), frames[f].samples + tail - done)});
  std::stable_sort(segments.begin(), segments.end(),
                   [](const Segment& a, const Segment& b) { return a.first < b.first; });
  return segments;
}

/// How many segments from `start` on are read at once: fewer when gaps lie between them.
std::size_t group_size(const std::vector<Segment>& segments, std::size_t start, Index outputs) {
  const Index reach = segments[start].first + static_cast<Index>(group_segments) * outputs;
  std::size_t count = 1;
  while (count < group_segments && start + count < segments.size() &&
         segments[start + count].first < reach)
    ++count;
  return count;
}

/// `samples`, whose first row is sample `first`, with all beyond the frame set to zero.
void silence_beyond(const Frame& frame, Index first, Signal& samples) {
  const Index before = std::clamp(frame.first - first, Index{0}, samples.rows());
  const Index after =
      std::clamp(first + samples.rows() - frame.first - frame.samples, Index{0}, samples.rows());
  samples.topRows(before).setZero();
  samples.bottomRows(after).setZero();
}

}  // namespace

Candidates each_its_own(Index sources) {
  Candidates candidates;
  for (Index j = 0; j < sources; ++j) candidates.push_back({j});
  return candidates;
}

Candidates everyone(Index sources, Index estimates) {
  std::vector<Index> all(static_cast<std::size_t>(estimates));
  std::iota(all.begin(), all.end(), Index{0});
  return Candidates(static_cast<std::size_t>(sources), all);
}

Projections assigned(Projections projections, const std::vector<Index>& assignment) {
  for (std::size_t j = 0; j < assignment.size(); ++j) {
    Projection& own = projections.own[j];
    const auto estimates = static_cast<Index>(projections.candidates[j].size());
    const Index width = own.filters.cols() / estimates;
    const Index channels = own.explained.size() / estimates;
    own.filters = own.filters.middleCols(assignment[j] * width, width).eval();
    own.explained = own.explained.segment(assignment[j] * channels, channels).eval();
    projections.candidates[j] = {assignment[j]};
  }
  return projections;
}

Energies& Energies::operator+=(const Energies& other) {
  reference += other.reference;
  estimate += other.estimate;
  target += other.target;
  explained += other.explained;
  interference += other.interference;
  artifacts += other.artifacts;
  residual += other.residual;
  spatial += other.spatial;
  error += other.error;
  return *this;
}

Projections project_all(ChannelSource& source, const Layout& layout, const Candidates& candidates,
                        Index taps) {
  const auto up_to = [](Index count) {
    std::vector<Index> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), Index{0});
    return all;
  };
  // The projection on all references takes longest, so it starts first.
  std::vector<std::vector<Index>> channels{up_to(layout.reference_channels())};
  std::vector<std::vector<Index>> estimates{up_to(layout.estimate_channels())};
  for (std::size_t j = 0; j < candidates.size(); ++j) {
    channels.push_back(layout.channels_of({static_cast<Index>(j)}));
    estimates.push_back(layout.channels_of(candidates[j]));
  }
  std::vector<std::optional<Projection>> solved(channels.size());
  const Correlations correlations = correlate(source, layout.reference_channels(), taps);
  parallel_for(std::size_t{0}, solved.size(), [&](std::size_t job) {
    solved[job] = project(correlations, channels[job], estimates[job]);
  });
  if (!std::all_of(solved.begin(), solved.end(), [](const auto& one) { return one.has_value(); })) {
    const ExtendedCorrelations exact = correlate_exactly(source, layout.reference_channels(), taps);
    parallel_for(std::size_t{0}, solved.size(), [&](std::size_t job) {
      if (!solved[job]) solved[job] = project_extended(exact, channels[job], estimates[job]);
    });
  }
  Projections result{candidates, std::move(*solved[0]), {}};
  for (std::size_t job = 1; job < solved.size(); ++job)
    result.own.push_back(std::move(*solved[job]));
  return result;
}

EnergyTable measure(ChannelSource& source, const Layout& layout, const std::vector<Frame>& frames,
                    const Projections& projections, Surroundings surroundings) {
  const Candidates& candidates = projections.candidates;
  const Decomposer decomposer(layout, projections);
  const std::vector<Segment> segments = segments_of(frames, decomposer, surroundings);
  EnergyTable table(frames.size());
  for (auto& row : table)
    for (const auto& estimates : candidates) row.emplace_back(estimates.size());

  std::vector<std::vector<std::vector<Energies>>> parts(group_segments);
  for (std::size_t start = 0, count = 0; start < segments.size(); start += count) {
    count = group_size(segments, start, decomposer.outputs());
    const Index first = segments[start].first;
    const Index last = segments[start + count - 1].first;
    const Signal stretch = source.stretch(first, last - first + decomposer.input());
    parallel_for(std::size_t{0}, count, [&](std::size_t i) {
      const Segment& segment = segments[start + i];
      Signal samples = stretch.middleRows(segment.first - first, decomposer.input());
      if (surroundings == Surroundings::silence)
        silence_beyond(frames[segment.frame], segment.first, samples);
      parts[i] = decomposer.energies(samples, segment.outputs);
    });
    // In the order of the segments, whichever thread had them.
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < candidates.size(); ++j)
        for (std::size_t k = 0; k < candidates[j].size(); ++k)
          table[segments[start + i].frame][j][k] += parts[i][j][k];
  }
  return table;
}

}  // namespace nmfsep
