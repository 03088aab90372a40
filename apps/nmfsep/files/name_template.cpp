#include "files/name_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t longest_name = 255;  // bytes; of all usual file systems

const std::map<std::string, std::string NameFields::*> fields_by_name{
    {"folder", &NameFields::folder}, {"parent", &NameFields::parent}, {"track", &NameFields::track},
    {"index", &NameFields::index},   {"source", &NameFields::source}, {"ext", &NameFields::ext}};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// What is wrong with `name` as the name of a file or folder; empty when nothing is.
std::string fault_of(const std::string& name) {
  if (name.empty()) return "has an empty name in it";
  if (name == "." || name == "..") return fmt::format("has '{}' in it", name);
  if (std::any_of(name.begin(), name.end(), is_control)) return "has a control character";
  if (name.size() > longest_name)
    return fmt::format("has a name of {} bytes, more than {}", name.size(), longest_name);
  return "";
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> names(1);
  for (const char c : path)
    if (c == '/')
      names.emplace_back();
    else
      names.back() += c;
  return names;
}

}  // namespace

NameTemplate::NameTemplate(const std::string& pattern) : pattern_(pattern) {
  for (const std::string& part : split(pattern)) parts_.push_back(parse(part));
  name({"a", "a", "a", "1", "a", "wav"});
}

NameTemplate::Part NameTemplate::parse(const std::string& text) const {
  const auto refuse = [&](const std::string& what) {
    throw InvalidArgument(fmt::format("--name-template '{}': {}", printable(pattern_), what));
  };
  Part part(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool brace = text[i] == '{' || text[i] == '}';
    if (!brace || (i + 1 < text.size() && text[i + 1] == text[i])) {
      part.back().text += text[i];
      i += brace ? 1 : 0;
      continue;
    }
    const std::size_t end = text.find('}', i);
    if (text[i] == '}' || end == std::string::npos)
      refuse(
          fmt::format("'{}' has no partner; a brace itself is '{}{}'", text[i], text[i], text[i]));
    const std::string name = text.substr(i + 1, end - i - 1);
    const auto field = fields_by_name.find(name);
    if (field == fields_by_name.end())
      refuse(
          fmt::format("'{{{}}}' is no field; there are {{folder}}, {{parent}}, {{track}}, "
                      "{{index}}, {{source}} and {{ext}}",
                      printable(name)));
    part.back().field = field->second;
    part.emplace_back();
    i = end;
  }
  return part;
}

std::filesystem::path NameTemplate::name(const NameFields& fields) const {
  std::string path;
  for (const Part& part : parts_) {
    std::string text;
    for (const Piece& piece : part) {
      text += piece.text;
      if (piece.field != nullptr) text += fields.*piece.field;
    }
    const bool is_folder_alone = part.size() == 2 && part[0].field == &NameFields::folder &&
                                 part[0].text.empty() && part[1].text.empty();
    if (is_folder_alone && text.empty() && &part != &parts_.back()) continue;
    path += text;
    if (&part != &parts_.back()) path += '/';
  }
  for (const std::string& name : split(path))
    if (const std::string fault = fault_of(name); !fault.empty())
      throw InvalidArgument(fmt::format("{}: {}, made by --name-template '{}'",
                                        nmfsep::quoted(path), fault, printable(pattern_)));
  return path;
}

}  // namespace nmfsep::cli
