#include "paint/project_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/guidance/picture_file.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* project_format = "nmfsep paint project";
constexpr int project_version = 1;
constexpr std::uintmax_t most_bytes = std::uintmax_t{64} << 20;
constexpr int deepest = 100;

std::string text_of(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) throw FileError(fmt::format("{}: {}", nmfsep::quoted(path), error.message()));
  if (bytes > most_bytes)
    throw FileError(fmt::format("{}: is larger than 64 MiB, and no project", nmfsep::quoted(path)));
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw FileError(fmt::format("{}: cannot be read", nmfsep::quoted(path)));
  return text;
}

/// The fields of a project file, each with its message where it is not as it must be.
class Fields {
 public:
  Fields(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
    if (!json.is_object()) fail("is no object");
  }

  template <typename T>
  T get(const char* key, bool (Json::*is_such)() const noexcept, const char* what) const {
    if (!json_.contains(key) || !(json_[key].*is_such)())
      fail(fmt::format("\"{}\" must be there, and {}", key, what));
    return json_[key].get<T>();
  }
  std::string text(const char* key) const {
    return get<std::string>(key, &Json::is_string, "text");
  }
  Json list(const char* key) const { return get<Json>(key, &Json::is_array, "a list"); }

  /// A file of the project's folder.
  fs::path file(const std::string& name, const fs::path& folder) const {
    const fs::path path = name;
    bool leaves = name.empty() || path.is_absolute() || !is_utf8(name) ||
                  name.find('\0') != std::string::npos;
    for (const fs::path& part : path) leaves = leaves || part == "..";
    if (leaves)
      fail(fmt::format("'{}' is no file of the project's folder; save the project anew",
                       printable(name)));
    return folder / path;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw FileError(fmt::format("{}: {}", place_, what));
  }

 private:
  const Json& json_;
  std::string place_;
};

std::vector<std::string> texts_of(const Fields& fields, const char* key) {
  std::vector<std::string> texts;
  for (const Json& one : fields.list(key)) {
    if (!one.is_string()) fields.fail(fmt::format("\"{}\" must be a list of texts", key));
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

Mark read_mark(const Fields& fields, const fs::path& folder) {
  Mark mark;
  mark.source = fields.text("source");
  mark.never = fields.get<bool>("never", &Json::is_boolean, "true or false");
  const fs::path file = fields.file(fields.text("file"), folder);
  if (!is_picture(file))
    fields.fail(fmt::format("{} is no PNG; save the project anew", nmfsep::quoted(file)));
  mark.png = text_of(file);
  return mark;
}

PaintProject project_from(const Json& json, const fs::path& path) {
  const std::string name = nmfsep::quoted(path);
  const Fields fields(json, name);
  if (!json.contains("format") || json["format"] != project_format)
    fields.fail("is JSON, but no project that nmfsep paint saved");
  const auto version = fields.get<double>("format_version", &Json::is_number, "a number");
  if (version != project_version)
    fields.fail(
        fmt::format("is of format version {}, and version {} is read; use the nmfsep that "
                    "saved it",
                    version, project_version));
  PaintProject project;
  const auto mixture = fields.get<Json>("mixture", &Json::is_object, "an object");
  const Fields of_mixture(mixture, name + ": mixture");
  project.mixture = of_mixture.text("file");
  project.mixture_sha256 = of_mixture.text("sha256");
  for (const std::string& model : texts_of(fields, "models"))
    project.models.push_back(fields.file(model, path.parent_path()));
  project.learn = texts_of(fields, "learn");
  project.seed = fields.get<std::uint64_t>("seed", &Json::is_number_unsigned, "a whole number");
  std::vector<Mark> marks;
  for (const Json& one : fields.list("marks"))
    marks.push_back(read_mark(Fields(one, fmt::format("{}: marks[{}]", name, marks.size())),
                              path.parent_path()));
  const auto strength = fields.get<double>("strength", &Json::is_number, "a number");
  try {
    project.marks = marks_of(strength, std::move(marks));
  } catch (const Error& error) {
    fields.fail(error.what());
  }
  if (json.contains("strokes")) project.strokes = json["strokes"];
  return project;
}

}  // namespace

bool looks_like_project(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  char first = 0;
  return file >> first && first == '{';
}

std::optional<Json> parsed(std::string_view text) {
  bool is_deep = false;
  const auto look = [&](int depth, Json::parse_event_t /*event*/, Json& /*value*/) {
    is_deep = is_deep || depth > deepest;
    return !is_deep;
  };
  Json json = Json::parse(text, look, false);
  if (json.is_discarded() || is_deep) return std::nullopt;
  return json;
}

PaintProject read_project(const fs::path& path) {
  const std::optional<Json> json = parsed(text_of(path));
  if (!json)
    throw FileError(
        fmt::format("{}: begins as JSON and is none; save the project anew", nmfsep::quoted(path)));
  return project_from(*json, path);
}

Json to_json(const PaintProject& project) {
  Json models = Json::array();
  for (const fs::path& model : project.models) models.push_back(model.generic_string());
  Json marks = Json::array();
  for (const Mark& mark : project.marks.marks)
    marks.push_back({{"source", mark.source},
                     {"never", mark.never},
                     {"file", picture_of(mark).generic_string()}});
  return {{"format", project_format},
          {"format_version", project_version},
          {"mixture", {{"file", project.mixture.string()}, {"sha256", project.mixture_sha256}}},
          {"models", models},
          {"learn", project.learn},
          {"seed", project.seed},
          {"strength", project.marks.strength},
          {"marks", marks},
          {"strokes", project.strokes}};
}

fs::path picture_of(const Mark& mark) { return fs::path("marks") / (mark.label() + ".png"); }

}  // namespace nmfsep::cli
