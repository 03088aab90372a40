#include "paint/marks.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/guidance/picture_file.hpp"
#include "nmfsep/render/raster.hpp"

namespace nmfsep::cli {
namespace {

/// `value[key]` as a T. Throws InvalidArgument where there is none.
template <typename T>
T field_of(const Json& value, const char* key, bool (Json::*is_such)() const noexcept,
           const char* what) {
  if (!value.is_object() || !value.contains(key) || !(value[key].*is_such)())
    throw InvalidArgument(fmt::format("marks: \"{}\" must be there, and {}", key, what));
  return value[key].get<T>();
}

Mark mark_from(const Json& json) {
  Mark mark;
  mark.source = field_of<std::string>(json, "source", &Json::is_string, "the name of a source");
  if (json.contains("never"))
    mark.never = field_of<bool>(json, "never", &Json::is_boolean, "true or false");
  mark.png = from_base64(field_of<std::string>(json, "png", &Json::is_string, "base64 of a PNG"));
  return mark;
}

/// How messages call it.
std::string origin_of(const Mark& mark) {
  return fmt::format("the marks of '{}'", printable(mark.label()));
}

/// Throws InvalidArgument: no file is at fault.
Picture sent_picture(const Mark& mark) {
  try {
    return parse_picture(mark.png, origin_of(mark));
  } catch (const FileError& error) {
    throw InvalidArgument(error.what());
  }
}

}  // namespace

Marks marks_of(double strength, std::vector<Mark> marks) {
  auto guide = std::make_shared<Guide>(strength);
  for (const Mark& mark : marks)
    guide->add(parse_picture(mark.png, origin_of(mark)), mark.label(), origin_of(mark));
  Marks result{strength, std::move(marks)};
  if (!result.marks.empty()) result.guide = std::move(guide);
  return result;
}

Marks marks_from(const Json& body, Index frames, Index bins) {
  const auto strength = field_of<double>(body, "strength", &Json::is_number, "a number");
  const auto list = field_of<Json>(body, "marks", &Json::is_array, "a list");
  auto guide = std::make_shared<Guide>(strength);
  Marks result{strength};
  for (const Json& one : list) {
    Mark mark = mark_from(one);
    Picture picture = sent_picture(mark);
    if (picture.sure.cols() != frames || picture.sure.rows() != bins)
      throw InvalidArgument(
          fmt::format("{}: {} × {} pixels, must be {} × {}: a column a frame and a "
                      "row a bin",
                      origin_of(mark), picture.sure.cols(), picture.sure.rows(), frames, bins));
    guide->add(std::move(picture), mark.label(), origin_of(mark));
    result.marks.push_back(std::move(mark));
  }
  if (!result.marks.empty()) result.guide = std::move(guide);
  return result;
}

}  // namespace nmfsep::cli
