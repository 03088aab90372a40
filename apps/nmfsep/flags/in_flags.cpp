#include <algorithm>
#include <cctype>

#include "flags/flags.hpp"

namespace nmfsep::cli {
namespace {

/// How the library may call what a flag of this key sets: "mask exponent", "groups",
/// "budget_seconds".
std::vector<std::string> field_names(const std::string& key) {
  std::string spaced = key;
  std::replace(spaced.begin(), spaced.end(), '_', ' ');
  return {key, spaced, key + "s", key + "_seconds", "most_" + key};
}

void replace_field(std::string& message, const std::string& field, const std::string& flag) {
  const std::string wanted = field + " = ";
  for (std::size_t at = message.find(wanted); at != std::string::npos;
       at = message.find(wanted, at + flag.size())) {
    if (at > 0 && message[at - 1] != ' ') continue;  // the end of a longer name
    message.replace(at, field.size(), flag);
  }
}

}  // namespace

std::string in_flags(std::string message, const Flags& command) {
  const std::size_t type = message.find(": ");
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0; };
  if (type != std::string::npos && message.substr(0, type).ends_with("Options") &&
      std::all_of(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(type), is_letter))
    message.erase(0, type + 2);
  for (const auto& flag : command.all())
    if (!flag->is_positional())
      for (const std::string& field : field_names(flag->key()))
        replace_field(message, field, flag->name());
  return message;
}

}  // namespace nmfsep::cli
