#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "flags/flags.hpp"

namespace nmfsep::cli {

/// The share of one process in work that several take side by side.
struct Shard {
  std::size_t number = 1;  ///< from 1 on
  std::size_t count = 1;

  /// Every `count`-th of them, from the `number`-th on.
  template <typename Work>
  std::vector<Work> of(std::vector<Work> all) const {
    std::vector<Work> mine;
    for (std::size_t i = number - 1; i < all.size(); i += count) mine.push_back(std::move(all[i]));
    return mine;
  }
};

/// Adds --shard, which changes no result of what is done; `what` is what is shared out.
void add_shard_flag(Flags& app, std::string& shard, const std::string& what);

/// "3/8" is the third of eight; nothing is all. Throws InvalidArgument for another form.
Shard parse_shard(const std::string& text);

}  // namespace nmfsep::cli
