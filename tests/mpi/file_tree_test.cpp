#include "file_tree.hpp"

#include <cmath>
#include <set>

#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using namespace nmfsep::cli;

namespace {

std::vector<std::uint64_t> sizes_of(std::size_t files, Random& random) {
  std::vector<std::uint64_t> sizes;
  for (std::size_t i = 0; i < files; ++i)
    sizes.push_back(random.below(std::uint64_t{1} << (1 + random.below(30))));
  return sizes;
}

std::vector<Index> frames_of(std::size_t files, Random& random) {
  std::vector<Index> frames;
  for (std::size_t i = 0; i < files; ++i)
    frames.push_back(static_cast<Index>(random.below(3) == 0 ? 0 : random.below(20000)));
  return frames;
}

/// The sum over a branch of what each block stands for.
float sum_of(const SharedFrames& branch) {
  std::vector<float> sums{0};
  for (const SumNode& node : branch.sums) {
    if (node.block >= 0) {
      const FrameBlock& block = branch.blocks[static_cast<std::size_t>(node.block)];
      sums.push_back(std::ldexp(static_cast<float>(block.seed % 1000003),
                                static_cast<int>(block.frames % 23)));
    } else {
      sums.push_back(sums[static_cast<std::size_t>(node.left) + 1] +
                     sums[static_cast<std::size_t>(node.right) + 1]);
    }
  }
  return sums.back();
}

/// The same by ranks that exchange their sums as their links say; `first` is their leader.
float sum_of_ranks(const FileTree& tree, int ranks, int first, const std::vector<Index>& frames) {
  const Place place = tree.place_of(first, ranks);
  float sum = sum_of(tree.branch(place.files, frames, 5));
  for (const Link& link : place.links)
    if (link.gives) sum += sum_of_ranks(tree, ranks, link.rank, frames);
  return sum;
}

}  // namespace

TEST_CASE("Ranks have all files, each once, in their order, and none has nothing to read") {
  Random random(1);
  for (const std::size_t files :
       {std::size_t{1}, std::size_t{2}, std::size_t{9}, std::size_t{100}}) {
    const FileTree tree(sizes_of(files, random));
    for (int ranks = 1; ranks <= static_cast<int>(files); ++ranks) {
      CAPTURE(files, ranks);
      std::size_t end = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const FileRange range = tree.place_of(rank, ranks).files;
        CHECK(range.first == end);
        CHECK(range.size() > 0);
        end = range.last;
      }
      CHECK(end == files);
    }
  }
}

TEST_CASE("Sums have the same bits on any number of ranks") {
  Random random(2);
  for (int trial = 0; trial < 20; ++trial) {
    const std::size_t files = 1 + random.below(40);
    const FileTree tree(sizes_of(files, random));
    const std::vector<Index> frames = frames_of(files, random);
    const float alone = sum_of(tree.branch({0, files}, frames, 5));
    for (int ranks = 2; ranks <= static_cast<int>(files); ++ranks) {
      CAPTURE(files, ranks);
      CHECK(sum_of_ranks(tree, ranks, 0, frames) == alone);
    }
  }
}

TEST_CASE("A rank gives its sum to one other at most, which awaits it at the same place") {
  Random random(3);
  const std::size_t files = 64;
  const FileTree tree(sizes_of(files, random));
  for (const int ranks : {2, 3, 7, 16, 64}) {
    CAPTURE(ranks);
    int given = 0;
    for (int rank = 0; rank < ranks; ++rank) {
      const std::vector<Link> links = tree.place_of(rank, ranks).links;
      for (std::size_t i = 0; i < links.size(); ++i) {
        CHECK((links[i].gives || i + 1 == links.size()));
        given += links[i].gives ? 1 : 0;
        bool answered = false;
        for (const Link& theirs : tree.place_of(links[i].rank, ranks).links)
          answered = answered || (theirs.rank == rank && theirs.gives != links[i].gives);
        CHECK(answered);
      }
    }
    CHECK(given == ranks - 1);
  }
}

TEST_CASE("Files of one size are shared evenly by a power of two of ranks") {
  const FileTree tree(std::vector<std::uint64_t>(1000, 320000));
  for (const int ranks : {2, 4, 8, 256})
    for (int rank = 0; rank < ranks; ++rank) {
      const double share = static_cast<double>(tree.place_of(rank, ranks).files.size()) * ranks;
      CHECK(share == Approx(1000).margin(ranks));
    }
}

TEST_CASE(
    "Blocks are of all frames of a file, none is long, and each starts from a seed of its own") {
  const FileTree tree({10, 10, 10});
  const SharedFrames branch = tree.branch({0, 3}, {10000, 0, 4097}, 1);
  std::set<std::uint64_t> seeds;
  Index frames = 0;
  for (const FrameBlock& block : branch.blocks) {
    CHECK(block.frames <= 4096);
    CHECK(block.frames > 2000);
    frames += block.frames;
    seeds.insert(block.seed);
  }
  CHECK(frames == 14097);
  CHECK(branch.blocks.size() == 5);
  for (const FrameBlock& block : tree.branch({0, 1}, {10000, 0, 0}, 2).blocks)
    seeds.insert(block.seed);
  CHECK(seeds.size() == 8);
  CHECK(tree.branch({1, 2}, {10000, 0, 4097}, 1).sums.empty());
}
