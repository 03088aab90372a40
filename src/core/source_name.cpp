#include "nmfsep/core/source_name.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr std::size_t longest_name = 100;  // bytes; file systems allow 255 with the ending
constexpr const char* forbidden = "/\\:*?\"<>|";

[[noreturn]] void refuse_name(const std::string& name, const std::string& fault) {
  throw InvalidArgument(fmt::format("source name '{}' {}; use another, for example \"piano\"",
                                    printable(name.substr(0, longest_name)), fault));
}

bool is_space_or_dot(char c) { return c == ' ' || c == '.'; }

}  // namespace

void validate_source_name(const std::string& name) {
  if (name.empty()) refuse_name(name, "is empty");
  if (name.size() > longest_name)
    refuse_name(name, fmt::format("has {} bytes, more than {}", name.size(), longest_name));
  if (!is_utf8(name)) refuse_name(name, "is not UTF-8");
  if (printable(name) != name) refuse_name(name, "has a control character");
  const std::size_t bad = name.find_first_of(forbidden);
  if (bad != std::string::npos) refuse_name(name, fmt::format("has a '{}'", name[bad]));
  if (is_space_or_dot(name.front()) || is_space_or_dot(name.back()))
    refuse_name(name, "begins or ends with a space or a dot");
}

}  // namespace nmfsep
