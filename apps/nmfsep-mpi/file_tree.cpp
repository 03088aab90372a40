#include "file_tree.hpp"

#include <algorithm>
#include <cmath>

namespace nmfsep::cli {
namespace {

/// Frames, three quarters of a minute: the sum over a block is little beside its work.
constexpr Index longest_block = 4096;

/// The finaliser of SplitMix64 (Steele, Lea & Flood, 2014): neighbours become unlike.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Of a block's random start.
std::uint64_t seed_of(std::uint64_t seed, std::size_t file, std::size_t block) {
  constexpr std::uint64_t step = 0x9e3779b97f4a7c15U;
  return mixed(mixed(mixed(seed + step) + step * (file + 1)) + step * (block + 1));
}

/// Makes a branch from left to right.
class Branch {
 public:
  /// Answers the root, or −1 where there are no blocks.
  Index add_blocks(std::size_t first, std::size_t last) {
    if (last == first) return -1;
    if (last - first == 1) return add({static_cast<Index>(first), -1, -1});
    const std::size_t middle = first + (last - first) / 2;
    const Index left = add_blocks(first, middle);
    return sum(left, add_blocks(middle, last));
  }

  Index sum(Index left, Index right) {
    if (left < 0 || right < 0) return std::max(left, right);
    return add({-1, left, right});
  }

  SharedFrames frames;

 private:
  Index add(SumNode node) {
    frames.sums.push_back(node);
    return static_cast<Index>(frames.sums.size()) - 1;
  }
};

}  // namespace

FileTree::FileTree(const std::vector<std::uint64_t>& sizes) : ends_{0} {
  for (const std::uint64_t size : sizes) ends_.push_back(ends_.back() + size + 1);
}

std::size_t FileTree::cut_of(FileRange files) const {
  const std::uint64_t middle = ends_[files.first] + size_of(files) / 2;
  const auto begin = ends_.begin() + static_cast<std::ptrdiff_t>(files.first) + 1;
  const auto end = ends_.begin() + static_cast<std::ptrdiff_t>(files.last);
  auto cut = std::lower_bound(begin, end, middle);
  if (cut == end || (cut != begin && middle - *(cut - 1) <= *cut - middle)) --cut;
  return static_cast<std::size_t>(cut - ends_.begin());
}

int FileTree::ranks_left(FileRange files, std::size_t cut, int ranks) const {
  const double part =
      static_cast<double>(size_of({files.first, cut})) / static_cast<double>(size_of(files));
  const auto left = static_cast<int>(cut - files.first);
  const auto right = static_cast<int>(files.last - cut);
  return std::clamp(static_cast<int>(std::lround(part * ranks)), std::max(1, ranks - right),
                    std::min(ranks - 1, left));
}

Place FileTree::place_of(int rank, int ranks) const {
  Place place{{0, files()}, {}};
  for (int first = 0; ranks > 1;) {
    const std::size_t cut = cut_of(place.files);
    const int left = ranks_left(place.files, cut, ranks);
    const int right_first = first + left;
    if (rank < right_first) {
      if (rank == first) place.links.push_back({right_first, true});
      place.files.last = cut;
      ranks = left;
    } else {
      if (rank == right_first) place.links.push_back({first, false});
      place.files.first = cut;
      first = right_first;
      ranks -= left;
    }
  }
  std::reverse(place.links.begin(), place.links.end());
  return place;
}

SharedFrames FileTree::branch(FileRange files, const std::vector<Index>& frames,
                              std::uint64_t seed) const {
  Branch branch;
  const auto add = [&](const auto& self, FileRange range) -> Index {
    if (range.size() > 1) {
      const std::size_t cut = cut_of(range);
      const Index left = self(self, {range.first, cut});
      return branch.sum(left, self(self, {cut, range.last}));
    }
    const std::size_t first = branch.frames.blocks.size();
    for (const Index length : block_lengths(frames[range.first]))
      branch.frames.blocks.push_back(
          {length, seed_of(seed, range.first, branch.frames.blocks.size() - first)});
    return branch.add_blocks(first, branch.frames.blocks.size());
  };
  if (files.size() > 0) add(add, files);
  return std::move(branch.frames);
}

std::vector<Index> block_lengths(Index frames) {
  const Index blocks = (frames + longest_block - 1) / longest_block;
  std::vector<Index> lengths;
  for (Index i = 0; i < blocks; ++i)
    lengths.push_back((i + 1) * frames / blocks - i * frames / blocks);
  return lengths;
}

}  // namespace nmfsep::cli
