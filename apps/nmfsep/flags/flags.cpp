// CLI11 enters here. Its header costs seconds of each file that includes it, and its conversions
// take -1 for a whole number and an empty text for none: what checks they need is said by Flag.
#include "flags/flags.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "nmfsep/core/types.hpp"

namespace nmfsep::cli {

Flag* Flag::required() {
  option_->required();
  return this;
}

Flag* Flag::type_name(const std::string& name) {
  option_->type_name(name);
  return this;
}

Flag* Flag::one_of(std::vector<std::string> values) {
  option_->check(CLI::IsMember(std::move(values)).description(""));
  return this;
}

Flag* Flag::between(int least, int most) {
  option_->check(CLI::Range(least, most).description(""));
  return this;
}

Flag* Flag::check(std::function<std::string(const std::string&)> complaint) {
  option_->check(std::move(complaint));
  return this;
}

Flag* Flag::one_value_each() {
  option_->allow_extra_args(false);
  return this;
}

Flag* Flag::changes_no_result() {
  changes_result_ = false;
  return this;
}

std::vector<std::string> Flag::names() const {
  std::vector<std::string> names;
  for (const std::string& name : option_->get_snames()) names.push_back(fmt::format("-{}", name));
  for (const std::string& name : option_->get_lnames()) names.push_back(fmt::format("--{}", name));
  return names;
}

std::string Flag::name() const { return option_->get_name(); }

std::string Flag::key() const {
  std::string key = option_->get_single_name();
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::string Flag::value_name() const {
  return option_->get_type_size_max() == 0 ? "" : option_->get_type_name();
}

std::string Flag::text() const { return option_->get_description(); }
bool Flag::is_positional() const { return option_->get_positional(); }
bool Flag::is_required() const { return option_->get_required(); }
bool Flag::is_repeatable() const { return option_->get_expected_max() > 1; }
std::vector<std::string> Flag::given() const { return option_->results(); }

Flags::Flags(const std::string& description, const std::string& name)
    : owned_(std::make_unique<CLI::App>(description, name)), app_(*owned_) {
  app_.require_subcommand(0, 1);
  add_help();
}

Flags::Flags(CLI::App& app, const Flags& parent) : app_(app), parent_(&parent) { add_help(); }

Flags::~Flags() = default;

/// CLI11 has declared it already.
void Flags::add_help() {
  begin_group(general_group);
  for (CLI::Option* option : app_.get_options()) keep(option)->changes_no_result();
  begin_group("");
}

Flags& Flags::add_command(const std::string& name, const std::string& description) {
  commands_.emplace_back(new Flags(*app_.add_subcommand(name, description), *this));
  return *commands_.back();
}

Flag* Flags::keep(CLI::Option* option) {
  flags_.push_back(std::make_unique<Flag>(option, group_));
  return flags_.back().get();
}

Flag* Flags::add_flag(const std::string& names, bool& target, const std::string& description) {
  return keep(app_.add_flag(names, target, description));
}

template <typename T>
Flag* Flags::add_option(const std::string& names, T& target, const std::string& description) {
  return keep(app_.add_option(names, target, description));
}

template Flag* Flags::add_option(const std::string&, int&, const std::string&);
template Flag* Flags::add_option(const std::string&, Index&, const std::string&);
template Flag* Flags::add_option(const std::string&, std::uint64_t&, const std::string&);
template Flag* Flags::add_option(const std::string&, double&, const std::string&);
template Flag* Flags::add_option(const std::string&, std::string&, const std::string&);
template Flag* Flags::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Flag* Flags::add_option(const std::string&, std::optional<int>&, const std::string&);
template Flag* Flags::add_option(const std::string&, std::optional<Index>&, const std::string&);
template Flag* Flags::add_option(const std::string&, std::optional<double>&, const std::string&);
template Flag* Flags::add_option(const std::string&, std::optional<std::string>&,
                                 const std::string&);

void Flags::footer(const std::string& text) { app_.footer(text); }
std::string Flags::footer() const { return app_.get_footer(); }
std::string Flags::name() const { return app_.get_name(); }
std::string Flags::description() const { return app_.get_description(); }
bool Flags::chosen() const { return app_.parsed(); }
bool Flags::was_given(const std::string& flag) const { return app_.count(flag) > 0; }

Flag& Flags::flag(const std::string& name) {
  for (const auto& each : flags_) {
    const std::vector<std::string> names = each->names();
    if (std::find(names.begin(), names.end(), name) != names.end()) return *each;
  }
  throw std::out_of_range(name);
}

const Flags& Flags::chosen_one() const {
  for (const auto& command : commands_)
    if (command->chosen()) return *command;
  return *this;
}

const Flags* Flags::parse(int argc, const char* const* argv) try {
  app_.parse(argc, argv);
  return nullptr;
} catch (const CLI::Success&) {
  return &chosen_one();
} catch (const CLI::ParseError& error) {
  UsageError usage(error.what());
  for (const Flags* place : {static_cast<const Flags*>(this), &chosen_one()})
    if (const auto words = place->app_.remaining(); usage.place == nullptr && !words.empty()) {
      usage.word = words.front();
      usage.place = place;
    }
  throw usage;
}

}  // namespace nmfsep::cli
