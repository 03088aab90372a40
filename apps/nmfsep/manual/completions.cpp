#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "renderings.hpp"

namespace nmfsep::cli {
namespace {

std::vector<std::string> names_of(const std::vector<CommandInterface>& commands) {
  std::vector<std::string> names;
  for (const CommandInterface& command : commands) names.push_back(command.name);
  return names;
}

std::string all_flags(const CommandInterface& command) {
  std::vector<std::string> names;
  for (const Argument& flag : command.flags)
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

/// `text` with a backslash before each of `special`.
std::string escaped(const std::string& text, const std::string& special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) result += '\\';
    result += c;
  }
  return result;
}

/// A word for the shell: 'don'\''t'.
std::string single_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text)
    if (c == '\'')
      result += "'\\''";
    else
      result += c;
  return result + "'";
}

/// The case of a flag of one command that takes a value.
std::string bash_value(const CommandInterface& command, const Argument& flag) {
  std::vector<std::string> patterns;
  for (const std::string& name : flag.names)
    patterns.push_back(fmt::format("{}:{}", command.name, name));
  const std::string action =
      !flag.choices.empty()
          ? fmt::format("words=\"{}\"", fmt::join(flag.choices, " "))
          : fmt::format("{}",
                        flag.takes_path ? "return" : "words=; compopt +o default 2>/dev/null");
  return fmt::format("    {}) {} ;;\n", fmt::join(patterns, "|"), action);
}

/// The names of a flag, of which the long ones may be joined to the value: --format=flac.
std::vector<std::string> zsh_names(const Argument& flag) {
  std::vector<std::string> names = flag.names;
  for (std::string& name : names)
    if (!flag.value.empty() && name.starts_with("--")) name += "=";
  return names;
}

std::string zsh_argument(const Argument& flag) {
  std::string value;
  if (!flag.choices.empty())
    value = fmt::format(":value:({})", fmt::join(flag.choices, " "));
  else if (!flag.value.empty())
    value = fmt::format(":{}:{}", escaped(flag.value, ":\\"), flag.takes_path ? "_files" : "");
  const std::string text = escaped(flag.text, "[]:\\");
  if (flag.names.empty()) return single_quoted((flag.repeatable ? "*" : "") + value);
  const std::string body = single_quoted(fmt::format("[{}]{}", text, value));
  const std::vector<std::string> names = zsh_names(flag);
  if (names.size() == 1) return (flag.repeatable ? "'*'" : "") + names[0] + body;
  const std::string excluded =
      flag.repeatable ? "*" : fmt::format("({})", fmt::join(flag.names, " "));
  return fmt::format("{}{{{}}}{}", single_quoted(excluded), fmt::join(names, ","), body);
}

std::string zsh_command(const CommandInterface& command) {
  std::string section = fmt::format("    {})\n      _arguments -s -S", command.name);
  for (const Argument& flag : command.flags) section += " \\\n        " + zsh_argument(flag);
  for (const Argument& positional : command.positionals)
    section += " \\\n        " + zsh_argument(positional);
  return section + "\n      ;;\n";
}

std::string fish_flag(const std::string& program, const CommandInterface& command,
                      const Argument& flag) {
  std::string line =
      fmt::format("complete -c {} -n '__fish_seen_subcommand_from {}'", program, command.name);
  for (const std::string& name : flag.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!flag.choices.empty())
    line += fmt::format(" -x -a '{}'", fmt::join(flag.choices, " "));
  else if (!flag.value.empty())
    line += flag.takes_path ? " -r -F" : " -x";
  return fmt::format("{} -d '{}'\n", line, escaped(flag.text, "'\\"));
}

/// The values of a command's first argument, where it allows a few.
std::string fish_positional(const std::string& program, const CommandInterface& command) {
  if (command.positionals.empty() || command.positionals.front().choices.empty()) return "";
  const std::string choices =
      fmt::format("{}", fmt::join(command.positionals.front().choices, " "));
  return fmt::format(
      "complete -c {} -n '__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from "
      "{}' -f -a '{}' -d '{}'\n",
      program, command.name, choices, choices, escaped(command.positionals.front().text, "'\\"));
}

/// The program's name as one of a shell's function.
std::string function_of(const ProgramInterface& interface) {
  std::string name = "_" + interface.program.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace

std::string bash_completion(const ProgramInterface& interface) {
  std::string flags;
  std::string values;
  for (const CommandInterface& command : interface.commands) {
    flags += fmt::format("    {}) words=\"{}\" ;;\n", command.name, all_flags(command));
    for (const Argument& flag : command.flags)
      if (!flag.value.empty()) values += bash_value(command, flag);
    if (!command.positionals.empty() && !command.positionals.front().choices.empty())
      values += fmt::format("    {0}:{0}) words=\"{1}\" ;;\n", command.name,
                            fmt::join(command.positionals.front().choices, " "));
  }
  return fmt::format(R"(# Completes the commands, flags and values of {0} in bash.
{1}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command=${{COMP_WORDS[1]}} words=
  COMPREPLY=()
  if [ "$current" = = ]; then current=
  elif [ "$previous" = = ]; then previous=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{2} {3}" -- "$current"))
    return
  fi
  case $current in
  -*) case $command in
{4}    esac ;;
  *) case $command:$previous in
{5}    *) return ;;
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F {1} {0}
)",
                     interface.program.name, function_of(interface),
                     fmt::join(names_of(interface.commands), " "), all_flags(interface.program),
                     flags, values);
}

std::string zsh_completion(const ProgramInterface& interface) {
  std::string names;
  std::string commands;
  for (const CommandInterface& command : interface.commands) {
    names += fmt::format("    {}\n", single_quoted(fmt::format("{}:{}", escaped(command.name, ":"),
                                                               escaped(command.description, ":"))));
    commands += zsh_command(command);
  }
  return fmt::format(R"(#compdef {0}
# Completes the commands, flags and values of {0} in zsh.
{1}() {{
  local -a commands
  commands=(
{2})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
{3}  esac
}}
{1} "$@"
)",
                     interface.program.name, function_of(interface), names, commands);
}

std::string fish_completion(const ProgramInterface& interface) {
  const std::string& program = interface.program.name;
  std::string script =
      fmt::format("# Completes the commands, flags and values of {} in fish.\n", program);
  for (const CommandInterface& command : interface.commands) {
    script += fmt::format("complete -c {} -n '__fish_use_subcommand' -f -a {} -d '{}'\n", program,
                          command.name, escaped(command.description, "'\\"));
    for (const Argument& flag : command.flags) script += fish_flag(program, command, flag);
    script += fish_positional(program, command);
  }
  return script;
}

}  // namespace nmfsep::cli
