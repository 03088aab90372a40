#include "flags/shard.hpp"

#include <fmt/format.h>

#include <charconv>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t most_shards = 1000000;

}  // namespace

void add_shard_flag(Flags& app, std::string& shard, const std::string& what) {
  app.add_option("--shard", shard,
                 fmt::format("Do one share of the {}, as 3/8 does the third, the eleventh and so "
                             "on; eight processes do all",
                             what))
      ->type_name("I/N")
      ->changes_no_result();
}

Shard parse_shard(const std::string& text) {
  Shard shard;
  if (text.empty()) return shard;
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, shard.number);
  const bool divided = number.ec == std::errc() && number.ptr != end && *number.ptr == '/';
  const auto count =
      divided ? std::from_chars(number.ptr + 1, end, shard.count) : std::from_chars_result{end, {}};
  if (!divided || count.ec != std::errc() || count.ptr != end || shard.number < 1 ||
      shard.number > shard.count || shard.count > most_shards)
    throw InvalidArgument(
        fmt::format("--shard {}: must be I/N with I from 1 to N, as in 3/8 for the third of eight",
                    printable(text)));
  return shard;
}

}  // namespace nmfsep::cli
