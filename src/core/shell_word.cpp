#include "nmfsep/core/shell_word.hpp"

#include <algorithm>
#include <cctype>

#include "nmfsep/core/text.hpp"

namespace nmfsep {

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain = "_-./,:=+%@";
  const auto is_plain = [&](unsigned char c) {
    return std::isalnum(c) != 0 || plain.find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'')
      word += R"('\'')";
    else
      word += c;
  }
  return printable(word + "'");
}

}  // namespace nmfsep
