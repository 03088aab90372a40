#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace nmfsep::cli {

/// A flag with or without a value, or a positional argument. What makes it differ from the usual is
/// said at its declaration, in a chain.
class Flag {
 public:
  Flag(CLI::Option* option, std::string group) : option_(option), group_(std::move(group)) {}

  Flag* required();
  /// What its value is called in the help: "FILE", "wav|flac".
  Flag* type_name(const std::string& name);
  /// The only values that it takes.
  Flag* one_of(std::vector<std::string> values);
  /// The range of its whole numbers, both ends included.
  Flag* between(int least, int most);
  /// `complaint` answers what is wrong with a value, or nothing.
  Flag* check(std::function<std::string(const std::string&)> complaint);
  /// Each time it is given it takes one value, so that what follows is something else.
  Flag* one_value_each();
  /// No sample of a stem and no value of a model depends on it: a manifest does not compare it, and
  /// no model keeps it.
  Flag* changes_no_result();

  /// "--output", or "inputs" for a positional argument.
  std::string name() const;
  /// "-o", "--output"; none for a positional argument.
  std::vector<std::string> names() const;
  /// "name_template" of "--name-template", "inputs" of the positional argument inputs.
  std::string key() const;
  std::string value_name() const;  ///< as type_name said; empty for a switch
  std::string text() const;
  const std::string& group() const { return group_; }  ///< see Flags::begin_group
  bool is_positional() const;
  bool is_required() const;
  bool is_repeatable() const;
  bool can_change_result() const { return changes_result_; }

  /// The values as they were given, in their order; none where it was not.
  std::vector<std::string> given() const;

 private:
  CLI::Option* option_;
  std::string group_;
  bool changes_result_ = true;
};

/// The flags of the program or of one of its commands. They are parsed into the variables that they
/// were declared with, which must live as long.
class Flags {
 public:
  /// Of the program.
  Flags(const std::string& description, const std::string& name);
  ~Flags();
  Flags(const Flags&) = delete;
  Flags& operator=(const Flags&) = delete;

  /// Those of a new command.
  Flags& add_command(const std::string& name, const std::string& description);

  /// A switch, and a flag with a value; names as in "-o,--output", or one without dashes for a
  /// positional argument. T is a number, text, an optional of these, or several texts.
  Flag* add_flag(const std::string& names, bool& target, const std::string& description);
  template <typename T>
  Flag* add_option(const std::string& names, T& target, const std::string& description);

  /// What is declared from now on stands together in the help, below this title. A title may be
  /// taken up again; what comes before the first has none.
  void begin_group(const std::string& title) { group_ = title; }

  /// Remarks and examples below the flags.
  void footer(const std::string& text);
  std::string footer() const;
  std::string name() const;
  std::string description() const;

  const std::vector<std::unique_ptr<Flag>>& all() const { return flags_; }
  const std::vector<std::unique_ptr<Flags>>& commands() const { return commands_; }
  /// Whose command it is; null for the program.
  const Flags* parent() const { return parent_; }

  /// Whether the user chose this command, and whether the flag "--name" was given.
  bool chosen() const;
  bool was_given(const std::string& flag) const;
  /// Throws std::out_of_range where there is none.
  Flag& flag(const std::string& name);

  /// Of the program: whose help was asked for, or null. Throws UsageError.
  const Flags* parse(int argc, const char* const* argv);

 private:
  Flags(CLI::App& app, const Flags& parent);
  void add_help();
  Flag* keep(CLI::Option* option);
  const Flags& chosen_one() const;

  std::unique_ptr<CLI::App> owned_;  ///< the program's
  CLI::App& app_;
  const Flags* parent_ = nullptr;
  std::string group_;  ///< of what is declared next
  std::vector<std::unique_ptr<Flag>> flags_;
  std::vector<std::unique_ptr<Flags>> commands_;
};

/// The title of what every command has.
inline constexpr const char* general_group = "General";

/// The command line as a shell takes it, without what every command has (threads, --json): what a
/// result depends on, or also the files that are written.
enum class CommandWords { with_outputs, that_count };
std::string command_line(const Flags& command, CommandWords words);

/// `message`, which the library wrote, in the words of the command line: options named as in
/// "NmfOptions: iterations = 0, must be …" are called by the flags that set them, as in
/// "--iterations = 0, must be …".
std::string in_flags(std::string message, const Flags& command);

/// A command line that says nothing to do.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;

  std::string word = {};         ///< the first that nothing takes, if there is one,
  const Flags* place = nullptr;  ///< and the program or the command that it was given to
};

}  // namespace nmfsep::cli
