#include "nmfsep/guidance/guide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr double most_strength = 50;  // e^−50 is as good as never

struct Span {
  Index first;
  Index last;  ///< and one
};

/// The frames that a region holds: those whose middle lies in it. Frames that begin before what is
/// separated does, or go on after it, count as its first moment and its last.
Span frames_in(const Region& region, const GuideGrid& grid) {
  const StftOptions& options = grid.analysis.stft;
  const Index lead = Stft(options).lead_frames();
  const Index latest = std::max<Index>(0, (grid.frames - 1 - lead) * options.hop);
  const auto frame_from = [&](double seconds) {
    const double sample = (seconds - grid.start_seconds) * grid.analysis.sample_rate;
    Index frame = 0;
    const auto middle = [&] {
      return std::clamp<Index>((frame - lead) * options.hop + options.fft_size / 2, 0, latest);
    };
    while (frame < grid.frames && static_cast<double>(middle()) < sample) ++frame;
    return frame;
  };
  return {frame_from(region.begin), frame_from(region.end)};
}

/// The bins whose frequency lies in a region, both ends included.
Span bins_in(const Region& region, const Analysis& analysis) {
  const auto bins = static_cast<double>(bins_of(analysis));
  const double hertz = static_cast<double>(analysis.sample_rate) / analysis.stft.fft_size;
  const double first = std::min(std::ceil(region.low / hertz), bins);
  const double last = std::min(std::floor(region.high / hertz) + 1, bins);
  return {static_cast<Index>(first), static_cast<Index>(std::max(first, last))};
}

/// Between which two of `from` places one of `to` lies, where both cover the same stretch.
struct Place {
  Index first;
  Index second;
  float part;  ///< of the second

  Place(Index place, Index to, Index from) {
    const double at = std::clamp(
        (static_cast<double>(place) + 0.5) * static_cast<double>(from) / static_cast<double>(to) -
            0.5,
        0.0, static_cast<double>(from - 1));
    first = static_cast<Index>(at);
    second = std::min(first + 1, from - 1);
    part = static_cast<float>(at - static_cast<double>(first));
  }
};

/// These columns of the picture at another size; bilinear, and the same where the size is.
Matrix resampled(const Matrix& picture, Index rows, Index columns, std::span<const Index> wanted) {
  Matrix result(rows, static_cast<Index>(wanted.size()));
  const bool is_same = picture.rows() == rows && picture.cols() == columns;
  for (Index i = 0; i < result.cols(); ++i) {
    const Index t = wanted[static_cast<std::size_t>(i)];
    if (is_same) {
      result.col(i) = picture.col(t);
      continue;
    }
    const Place x(t, columns, picture.cols());
    for (Index f = 0; f < rows; ++f) {
      const Place y(f, rows, picture.rows());
      const auto between = [&](Index column) {
        return (1 - y.part) * picture(y.first, column) + y.part * picture(y.second, column);
      };
      result(f, i) = (1 - x.part) * between(x.first) + x.part * between(x.second);
    }
  }
  return result;
}

std::vector<Index> all_frames(const GuideGrid& grid) {
  std::vector<Index> frames(static_cast<std::size_t>(grid.frames));
  std::iota(frames.begin(), frames.end(), Index{0});
  return frames;
}

}  // namespace

Guide::Guide(double strength) : strength_(strength) {
  if (!(strength > 0 && strength <= most_strength))
    throw InvalidArgument(fmt::format("guide strength = {}, must be above 0 and at most {}",
                                      strength, most_strength));
}

void Guide::add(const std::vector<Region>& regions, const std::string& origin) {
  for (const Region& region : regions) {
    if (region.end <= region.begin)
      throw InvalidArgument(fmt::format(
          "{}:{}: '{}' is a point at {} s and marks nothing; drag it to a region, or remove it",
          origin, region.line, printable(region.label), region.begin));
    marks_.push_back({region.label, fmt::format("{}:{}", origin, region.line), region});
  }
}

void Guide::add(Picture picture, const std::string& label, const std::string& origin) {
  if (picture.sure.size() == 0)
    throw InvalidArgument(fmt::format("{}: is a picture without pixels", origin));
  marks_.push_back({label, origin, {}, std::move(picture)});
}

Guide::Says Guide::Mark::says_of(const std::string& name) const {
  if (label == name) return Says::here;
  return label == "!" + name ? Says::never : Says::nothing;
}

Matrix Guide::Mark::sure(const GuideGrid& grid, std::span<const Index> frames) const {
  const Index bins = bins_of(grid.analysis);
  if (picture.sure.size() > 0) return resampled(picture.sure, bins, grid.frames, frames);
  Matrix sure = Matrix::Zero(bins, static_cast<Index>(frames.size()));
  const Span inside = frames_in(region, grid);
  const Span rows = bins_in(region, grid.analysis);
  for (Index i = 0; i < sure.cols(); ++i) {
    const Index t = frames[static_cast<std::size_t>(i)];
    if (t >= inside.first && t < inside.last)
      sure.col(i).segment(rows.first, rows.last - rows.first).setOnes();
  }
  return sure;
}

std::vector<Index> Guide::frames_apart(const Guide* one, const Guide* other,
                                       const GuideGrid& grid) {
  const bool are_as_strong = one && other && one->strength_ == other->strength_;
  const std::vector<Index> all = all_frames(grid);
  std::map<std::string, std::vector<Matrix>> left;  // of `one`, that `other` has not said yet
  std::vector<bool> is_apart(all.size(), false);
  const auto compare = [&](const auto& a, const auto& b) {
    for (Index t = 0; t < grid.frames; ++t)
      if (a.col(t) != b.col(t)) is_apart[static_cast<std::size_t>(t)] = true;
  };
  const Matrix nothing = Matrix::Zero(bins_of(grid.analysis), grid.frames);
  if (one)
    for (const Mark& mark : one->marks_) left[mark.label].push_back(mark.sure(grid, all));
  if (other)
    for (const Mark& mark : other->marks_) {
      std::vector<Matrix>& alike = left[mark.label];
      const bool has_pair = are_as_strong && !alike.empty();
      compare(mark.sure(grid, all), has_pair ? alike.front() : nothing);
      if (has_pair) alike.erase(alike.begin());
    }
  for (const auto& [label, marks] : left)
    for (const Matrix& sure : marks) compare(sure, nothing);
  std::vector<Index> frames;
  std::copy_if(all.begin(), all.end(), std::back_inserter(frames),
               [&](Index t) { return is_apart[static_cast<std::size_t>(t)]; });
  return frames;
}

void Guide::require_sources(const std::vector<std::string>& names) const {
  for (const Mark& mark : marks_) {
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& name) { return mark.says_of(name) != Says::nothing; }))
      continue;
    throw InvalidArgument(fmt::format(
        "{}: '{}' is no source here; there {} {}; mark NAME, or !NAME where it never sounds",
        mark.origin, printable(mark.label), names.size() == 1 ? "is" : "are",
        printable(fmt::format("{}", fmt::join(names, ", ")))));
  }
}

std::vector<Matrix> Guide::weights(const std::vector<std::string>& names,
                                   const GuideGrid& grid) const {
  return weights(names, grid, all_frames(grid));
}

std::vector<Matrix> Guide::weights(const std::vector<std::string>& names, const GuideGrid& grid,
                                   std::span<const Index> frames) const {
  const auto strength = static_cast<float>(strength_);
  std::vector<Matrix> result(
      names.size(), Matrix::Ones(bins_of(grid.analysis), static_cast<Index>(frames.size())));
  for (const Mark& mark : marks_) {
    const Matrix sure = mark.sure(grid, frames);
    const Matrix costly = (-strength * sure.array()).exp().matrix();
    const Matrix barred = (sure.array() >= 1).select(0.0F, costly);
    const auto is_marked = [&](const std::string& name) {
      return mark.says_of(name) == Says::here;
    };
    const bool marks_one = std::any_of(names.begin(), names.end(), is_marked);
    for (std::size_t s = 0; s < names.size(); ++s) {
      const Says says = mark.says_of(names[s]);
      if (marks_one && says != Says::here) result[s].array() *= costly.array();
      if (!marks_one && says == Says::never) result[s].array() *= barred.array();
    }
  }
  Matrix most = result.front();
  for (const Matrix& one : result) most = most.cwiseMax(one);
  for (Matrix& one : result) one = (most.array() > 0).select(one, 1.0F);
  return result;
}

}  // namespace nmfsep
