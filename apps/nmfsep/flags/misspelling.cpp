#include "flags/misspelling.hpp"

#include <algorithm>
#include <numeric>

namespace nmfsep::cli {
namespace {

/// The least number of insertions, deletions and substitutions (Levenshtein, 1966), row by row.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> meant_by(const std::string& word,
                                    const std::vector<std::string>& known) {
  constexpr std::size_t longest = 64;  // no name is as long, and the time grows with the word's
  if (word.size() > longest) return std::nullopt;
  std::optional<std::string> best;
  std::size_t least = 3;
  for (const std::string& name : known)
    if (const std::size_t letters = distance(word, name);
        letters < least && 2 * letters < word.size()) {
      best = name;
      least = letters;
    }
  return best;
}

}  // namespace nmfsep::cli
