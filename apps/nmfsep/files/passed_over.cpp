#include "files/passed_over.hpp"

#include <fmt/format.h>

#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t most_named = 5;

/// ", and 3 more", where not all are named.
std::string rest_of(std::size_t count) {
  return count > most_named ? fmt::format(", and {} more", count - most_named) : "";
}

}  // namespace

void tell(const std::vector<PassedOver>& passed_over, Console& console) {
  std::size_t unread = 0;
  std::size_t others = 0;
  std::string names;
  for (const PassedOver& one : passed_over) {
    std::size_t& count = one.holds_sound ? unread : others;
    if (++count > most_named) continue;
    if (one.holds_sound)
      console.warning(fmt::format("{}: passed over: {}", nmfsep::quoted(one.path), one.reason));
    else
      names +=
          fmt::format("{}{} ({})", names.empty() ? "" : ", ", nmfsep::quoted(one.path), one.reason);
  }
  if (unread > most_named)
    console.warning(
        fmt::format("{} files passed over{}, which --json names", unread, rest_of(unread)));
  if (others > 0) console.note(fmt::format("passed over: {}{}", names, rest_of(others)));
}

Json to_json(const std::vector<PassedOver>& passed_over) {
  Json list = Json::array();
  for (const PassedOver& one : passed_over)
    list.push_back({{"path", one.path.string()}, {"reason", one.reason}});
  return list;
}

}  // namespace nmfsep::cli
