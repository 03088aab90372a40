#include "interface.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace nmfsep::cli {
namespace {

/// "wav|flac" as its parts; nothing for "FILE|-", whose capitals stand for any value.
std::vector<std::string> choices_in(const std::string& value) {
  const auto is_capital = [](unsigned char c) { return std::isupper(c) != 0; };
  if (value.find('|') == std::string::npos || std::any_of(value.begin(), value.end(), is_capital))
    return {};
  std::vector<std::string> choices;
  std::istringstream parts(value);
  for (std::string part; std::getline(parts, part, '|');) choices.push_back(part);
  return choices;
}

/// Names of values that are files or folders, and so completed as such.
bool names_a_path(const std::string& value) {
  for (const char* name :
       {"FILE", "FILE|-", "FOLDER", "PATH", "NAME=PATH", "MODEL", "REFERENCES", "ESTIMATES"})
    if (value == name) return true;
  return false;
}

Argument argument_of(const Flag& flag) {
  Argument argument;
  argument.names = flag.names();
  argument.value = flag.value_name();
  argument.choices = choices_in(argument.value);
  argument.text = flag.text();
  argument.group = flag.group();
  argument.takes_path = names_a_path(argument.value);
  argument.required = flag.is_required();
  argument.repeatable = flag.is_repeatable();
  return argument;
}

CommandInterface command_of(const Flags& flags) {
  CommandInterface command{flags.name(), flags.description(), flags.footer(), {}, {}};
  for (const auto& flag : flags.all()) {
    Argument argument = argument_of(*flag);
    (flag->is_positional() ? command.positionals : command.flags).push_back(std::move(argument));
  }
  return command;
}

}  // namespace

ProgramInterface interface_of(const Flags& program) {
  ProgramInterface result{command_of(program), {}};
  for (const auto& command : program.commands()) result.commands.push_back(command_of(*command));
  return result;
}

std::vector<FlagGroup> groups_of(const CommandInterface& command) {
  std::vector<FlagGroup> groups;
  FlagGroup general{general_group, {}};
  for (const Argument& flag : command.flags) {
    if (flag.group == general.title) {
      general.flags.push_back(flag);
      continue;
    }
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const FlagGroup& other) { return other.title == flag.group; });
    if (group == groups.end()) group = groups.insert(group, {flag.group, {}});
    group->flags.push_back(flag);
  }
  groups.push_back(std::move(general));
  if (groups.size() == 1 || groups.front().title.empty()) groups.front().title = "Options";
  return groups;
}

std::string synopsis(const ProgramInterface& interface, const CommandInterface& command) {
  const std::string& program = interface.program.name;
  std::string line =
      fmt::format("{} {}", program, command.name == program ? "COMMAND" : command.name);
  line += " [OPTIONS]";
  for (const Argument& positional : command.positionals) {
    const std::string value = positional.value + (positional.repeatable ? "..." : "");
    line += positional.required ? " " + value : " [" + value + "]";
  }
  return line;
}

std::string heading(const Argument& argument) {
  std::string line = fmt::format("{}", fmt::join(argument.names, ", "));
  if (!argument.value.empty()) line += (line.empty() ? "" : " ") + argument.value;
  return line;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.empty() && lines.back().size() + 1 + word.size() <= width)
      lines.back() += " " + word;
    else
      lines.push_back(word);
  }
  return lines;
}

}  // namespace nmfsep::cli
