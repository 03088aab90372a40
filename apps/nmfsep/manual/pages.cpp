#include <fmt/format.h>

#include <iterator>

#include "nmfsep/core/version.hpp"
#include "renderings.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t line_width = 80;
constexpr std::size_t text_column = 26;
const std::string indent(text_column, ' ');

/// "  -o, --output FILE   The model file to write", the text wrapped in a column of its own.
std::string help_entry(const std::string& title, const std::string& text) {
  std::string entry = "  " + title;
  bool first = entry.size() < text_column;
  if (first) entry.resize(text_column, ' ');
  for (const std::string& line : wrapped(text, line_width - text_column)) {
    entry += first ? line : "\n" + indent + line;
    first = false;
  }
  return entry + "\n";
}

std::string text_of(const Argument& argument) {
  return argument.text + (argument.required && !argument.names.empty() ? " (required)" : "");
}

std::string help_section(const std::string& title, const std::vector<Argument>& arguments) {
  if (arguments.empty()) return {};
  std::string section = fmt::format("\n{}:\n", title);
  for (const Argument& argument : arguments)
    section += help_entry(heading(argument), text_of(argument));
  return section;
}

bool is_program(const ProgramInterface& interface, const CommandInterface& command) {
  return command.name == interface.program.name;
}

/// Text with roff's own characters made harmless.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      // A full stop or an apostrophe at the start of a line would be a request.
      if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n')) result += "\\&";
      result += c;
    }
  }
  return result;
}

/// Below a heading, which is a request of roff: ".SH ARGUMENTS".
std::string roff_arguments(const std::string& heading, const std::vector<Argument>& arguments) {
  if (arguments.empty()) return {};
  std::string section = heading + "\n";
  for (const Argument& argument : arguments) {
    section += ".TP\n";
    for (std::size_t i = 0; i < argument.names.size(); ++i)
      section += fmt::format("{}\\fB{}\\fR", i == 0 ? "" : ", ", roff(argument.names[i]));
    if (!argument.value.empty())
      section +=
          fmt::format("{}\\fI{}\\fR", argument.names.empty() ? "" : " ", roff(argument.value));
    section += fmt::format("\n{}\n", roff(text_of(argument)));
  }
  return section;
}

std::string roff_exit_status() {
  std::string section = ".SH \"EXIT STATUS\"\n";
  for (const auto& [status, meaning] : exit_statuses)
    section += fmt::format(".TP\n\\fB{}\\fR\n{}\n", status, roff(meaning));
  return section;
}

/// "nmfsep-train", the name of a command's page.
std::string page_of(const ProgramInterface& interface, const CommandInterface& command) {
  return is_program(interface, command)
             ? command.name
             : fmt::format("{}-{}", interface.program.name, command.name);
}

/// "nmfsep\-train(1)" for each command but `command` itself.
std::string roff_see_also(const ProgramInterface& interface, const CommandInterface& command) {
  std::string list;
  const auto add = [&](const std::string& page) {
    list += fmt::format("{}\\fB{}\\fR(1)", list.empty() ? "" : ",\n", roff(page));
  };
  if (!is_program(interface, command)) add(interface.program.name);
  for (const CommandInterface& other : interface.commands)
    if (other.name != command.name) add(page_of(interface, other));
  return ".SH \"SEE ALSO\"\n" + list + "\n";
}

std::string roff_commands(const ProgramInterface& interface) {
  std::string section = ".SH COMMANDS\n";
  for (const CommandInterface& command : interface.commands)
    section += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", roff(page_of(interface, command)),
                           roff(command.description));
  return section;
}

/// The footer is some remarks, if there are any, and "Examples:" with indented lines below.
std::string remarks_of(const CommandInterface& command) {
  const std::string text = command.examples.substr(0, command.examples.find("Example"));
  return text.substr(0, text.find("\n\n"));
}

std::string examples_of(const CommandInterface& command) {
  const auto start = command.examples.find("Example");
  if (start == std::string::npos) return {};
  return command.examples.substr(command.examples.find(":\n", start) + 2);
}

/// Lines without their two spaces of indentation.
std::string unindented(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((i == 0 || text[i - 1] == '\n') && text.compare(i, 2, "  ") == 0) i += 2;
    result += text[i];
  }
  return result;
}

std::string markdown_arguments(const std::vector<Argument>& arguments) {
  std::string list;
  for (const Argument& argument : arguments) {
    bool first = true;
    for (const std::string& line :
         wrapped(fmt::format("- `{}`: {}", heading(argument), text_of(argument)), 100)) {
      list += (first ? "" : "  ") + line + "\n";
      first = false;
    }
  }
  return list.empty() ? list : "\n" + list;
}

std::string markdown_section(const ProgramInterface& interface, const CommandInterface& command) {
  std::string section =
      fmt::format("\n## {} {}\n\n{}.\n\n```\n{}\n```\n", interface.program.name, command.name,
                  command.description, synopsis(interface, command));
  section += markdown_arguments(command.positionals);
  for (const FlagGroup& group : groups_of(command))
    section += fmt::format("\n{}:\n", group.title) + markdown_arguments(group.flags);
  if (!remarks_of(command).empty()) section += fmt::format("\n{}\n", remarks_of(command));
  const std::string examples = examples_of(command);
  if (!examples.empty()) section += fmt::format("\n```\n{}\n```\n", unindented(examples));
  return section;
}

}  // namespace

std::string help_text(const ProgramInterface& interface, const CommandInterface& command) {
  std::string text;
  for (const std::string& line : wrapped(command.description, line_width)) text += line + "\n";
  text += "\nUsage: " + synopsis(interface, command) + "\n";
  text += help_section("Arguments", command.positionals);
  if (is_program(interface, command)) {
    text += "\nCommands:\n";
    for (const CommandInterface& each : interface.commands)
      text += help_entry(each.name, each.description);
  }
  for (const FlagGroup& group : groups_of(command)) text += help_section(group.title, group.flags);
  if (!command.examples.empty()) text += "\n" + command.examples + "\n";
  return text;
}

std::string manual_page(const ProgramInterface& interface, const CommandInterface& command) {
  const std::string title = page_of(interface, command);
  std::string page =
      fmt::format(".TH \"{}\" 1 \"\" \"nmfsep {}\" \"User Commands\"\n", roff(title), version);
  page += fmt::format(".SH NAME\n{} \\- {}\n", roff(title), roff(command.description));
  page += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR\n", roff(synopsis(interface, command)));
  if (is_program(interface, command)) page += roff_commands(interface);
  page += roff_arguments(".SH ARGUMENTS", command.positionals);
  page += ".SH OPTIONS\n";
  for (const FlagGroup& group : groups_of(command))
    page += roff_arguments(fmt::format(".SS \"{}\"", group.title), group.flags);
  if (!remarks_of(command).empty()) page += ".SH NOTES\n" + roff(remarks_of(command)) + "\n";
  const std::string examples = examples_of(command);
  if (!examples.empty()) page += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", roff(examples));
  return page + roff_exit_status() + roff_see_also(interface, command);
}

std::string markdown(const ProgramInterface& interface) {
  std::string text = fmt::format(
      "# Command line\n\nWhat `{0} COMMAND --help` prints, of all commands (written by `{0} manual "
      "markdown`).\n\n| exit status | says |\n|---|---|\n",
      interface.program.name);
  for (const auto& [status, meaning] : exit_statuses)
    text += fmt::format("| {} | {} |\n", status, meaning);
  for (const CommandInterface& command : interface.commands)
    text += markdown_section(interface, command);
  return text;
}

}  // namespace nmfsep::cli
