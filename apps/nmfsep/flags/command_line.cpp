#include <fmt/format.h>

#include "flags/flags.hpp"
#include "nmfsep/core/shell_word.hpp"

namespace nmfsep::cli {

std::string command_line(const Flags& command, CommandWords words) {
  std::string positionals;
  std::string flags;
  for (const auto& flag : command.all()) {
    const bool counts = words == CommandWords::that_count ? flag->can_change_result()
                                                          : flag->group() != general_group;
    if (!flag->is_positional() && !counts) continue;
    for (const std::string& value : flag->given()) {
      std::string& line = flag->is_positional() ? positionals : flags;
      if (!flag->is_positional()) line += fmt::format(" {}", flag->name());
      if (!flag->value_name().empty()) line += fmt::format(" {}", shell_word(value));
    }
  }
  return fmt::format("nmfsep {}{}{}", command.name(), positionals, flags);
}

}  // namespace nmfsep::cli
