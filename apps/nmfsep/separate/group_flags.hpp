#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "console/console.hpp"
#include "flags/flags.hpp"
#include "nmfsep/sources/grouping/grouping.hpp"

namespace nmfsep::cli {

/// The flags that put components together to sources, without any model.
class GroupFlags {
 public:
  void add_to(Flags& app);

  bool given() const { return groups_.has_value(); }

  /// The recordings that groups are to resemble.
  const std::vector<std::string>& examples() const { return like_; }

  /// Throws InvalidArgument for flags that need --group where it is not given, and where there are
  /// no components to group.
  void validate(bool splits) const;

  /// What they ask for, with what is learnt of each example; none without --group. Throws
  /// InvalidArgument; AudioFileError; Cancelled.
  std::optional<GroupingOptions> options(std::uint64_t seed, Console& console) const;

 private:
  std::optional<Index> groups_;
  std::string by_ = "both";
  std::vector<std::string> like_;
};

}  // namespace nmfsep::cli
