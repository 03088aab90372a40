#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nmfsep::test {

/// A picture that a document shows, and the file that its commands make it as.
struct KeptPicture {
  std::string made;
  std::string kept;  ///< from the document
};

/// Below each line <!-- picture FILE --> an image of a document.
std::vector<KeptPicture> kept_pictures(const std::filesystem::path& document);

/// How the pictures differ: in words, or by more than what another machine's arithmetic may change
/// of colours, two hundredths of black to white on average. Empty where they do not. Both are SVG
/// with PNGs inside.
std::string difference_of(const std::filesystem::path& kept, const std::filesystem::path& made);

}  // namespace nmfsep::test
