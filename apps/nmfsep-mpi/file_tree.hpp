#pragma once

#include <cstdint>
#include <vector>

#include "nmfsep/nmf/shared.hpp"

namespace nmfsep::cli {

/// Neighbours in the list of files: [first, last).
struct FileRange {
  std::size_t first = 0;
  std::size_t last = 0;

  std::size_t size() const { return last - first; }
};

/// Another rank that a sum is exchanged with.
struct Link {
  int rank = 0;
  bool gives = false;  ///< its sum is added to ours; else ours goes there
};

/// What a rank has of the files, and of the sums over ranks.
struct Place {
  FileRange files;
  std::vector<Link> links;  ///< in the order of the sums
};

/// The tree by which all is summed: a list of files is cut in two where the sizes of the halves
/// differ least, and so on down to single files, whose frames are cut into blocks. It knows nothing
/// of ranks: these get whole branches of it.
class FileTree {
 public:
  /// Of each file in bytes.
  explicit FileTree(const std::vector<std::uint64_t>& sizes);

  std::size_t files() const { return ends_.size() - 1; }

  /// `rank` of `ranks`, at most as many as there are files. Powers of two share best.
  Place place_of(int rank, int ranks) const;

  /// The branch of these files. `frames` is of all files; those without any have no part in it.
  SharedFrames branch(FileRange files, const std::vector<Index>& frames, std::uint64_t seed) const;

 private:
  std::size_t cut_of(FileRange files) const;
  std::uint64_t size_of(FileRange files) const { return ends_[files.last] - ends_[files.first]; }
  int ranks_left(FileRange files, std::size_t cut, int ranks) const;

  std::vector<std::uint64_t> ends_;  ///< 0, and after each file; each counts a byte more
};

/// The lengths of the blocks that a file of so many frames is cut into.
std::vector<Index> block_lengths(Index frames);

}  // namespace nmfsep::cli
