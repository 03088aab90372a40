#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/nmf/shared.hpp"
#include "ranks.hpp"

namespace nmfsep::cli {

/// What a checkpoint is of.
struct CheckpointLayout {
  std::string job;  ///< what bits depend on, a line each: "seed 0"
  Index bins = 0;
  Index components = 0;
  std::vector<Index> blocks;  ///< frames of each block, of all ranks
  std::size_t first = 0;      ///< of these our first
  std::size_t count = 0;      ///< and how many are ours
};

/// A file that holds a shared job between two updates: the job, W, and after these the activations
/// of each block where its number says, so that any ranks can write and read their parts of it. It
/// appears whole or not at all, and is believed only after it is checked. All ranks make the same
/// calls; they see the file by the same path. Throws FileError naming it.
class CheckpointFile {
 public:
  /// `ranks` must live as long.
  CheckpointFile(const Ranks& ranks, std::filesystem::path path, CheckpointLayout layout)
      : ranks_(ranks), path_(std::move(path)), layout_(std::move(layout)) {}

  /// What was kept; nothing where there is no such file.
  std::optional<SharedState> load() const;

  /// Takes the place of what was kept before.
  void save(const SharedStateView& state) const;

 private:
  std::string header_of(const SharedStateView& state) const;
  SharedState read_header(std::string& header) const;
  void read_body(std::uint64_t begin, SharedState& state) const;
  void write_body(const std::filesystem::path& temporary, std::uint64_t begin,
                  const MatrixView& H) const;
  void require_this_job(std::string_view job) const;
  Index frames_before(std::size_t block) const;
  std::uint64_t size_of_body() const;
  std::uint64_t place_of(std::uint64_t begin, std::size_t block) const;
  std::uint64_t digest_place_of(std::uint64_t begin, std::size_t block) const;
  [[noreturn]] void refuse(const std::string& why) const;

  const Ranks& ranks_;
  std::filesystem::path path_;
  CheckpointLayout layout_;
};

}  // namespace nmfsep::cli
