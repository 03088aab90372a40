#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nmfsep::cli {

/// What the fields of a name template stand for.
struct NameFields {
  std::string folder = {};  ///< of the input, from the folder that was searched: "a/b", or empty
  std::string parent = {};  ///< last name of the input's folder
  std::string track = {};   ///< the input's name without its extension
  std::string index = {};   ///< which input of the run this is, from 1, with leading zeros
  std::string source = {};  ///< the stem's
  std::string ext = {};     ///< "wav", "flac", "ogg", "opus" or "mp3"
};

/// A pattern for outputs' names: text with fields in braces, as in {track}/{source}.{ext}. A brace
/// itself is {{ or }}. A folder called {folder} alone is left out where it is empty.
class NameTemplate {
 public:
  /// Throws InvalidArgument for another field, for a brace without its partner, and for a pattern
  /// that makes no name whatever its fields hold: an absolute path, one with .. in it.
  explicit NameTemplate(const std::string& pattern);

  /// A path below the output folder. Throws InvalidArgument when one of its names is no name for a
  /// file here: empty, . or .., with control characters, or longer than 255 bytes.
  std::filesystem::path name(const NameFields& fields) const;

 private:
  using Field = std::string NameFields::*;
  /// A piece of text, then a field or the end.
  struct Piece {
    std::string text;
    Field field = nullptr;
  };
  using Part = std::vector<Piece>;  ///< between two slashes

  Part parse(const std::string& text) const;

  std::string pattern_;
  std::vector<Part> parts_;
};

}  // namespace nmfsep::cli
