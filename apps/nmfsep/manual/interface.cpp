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

Argument argument_of(const CLI::Option& option) {
  Argument argument;
  for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
  argument.value = option.get_type_size_max() == 0 ? "" : option.get_type_name();
  argument.choices = choices_in(argument.value);
  argument.text = option.get_description();
  argument.takes_path = names_a_path(argument.value);
  argument.required = option.get_required();
  argument.repeatable = option.get_expected_max() > 1;
  return argument;
}

CommandInterface command_of(const CLI::App& app) {
  CommandInterface command{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    Argument argument = argument_of(*option);
    (option->get_positional() ? command.positionals : command.flags).push_back(std::move(argument));
  }
  return command;
}

}  // namespace

ProgramInterface interface_of(const CLI::App& app) {
  ProgramInterface result{command_of(app), {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    result.commands.push_back(command_of(*command));
  return result;
}

std::string synopsis(const CommandInterface& command) {
  std::string line =
      command.name == "nmfsep" ? "nmfsep COMMAND" : fmt::format("nmfsep {}", command.name);
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
