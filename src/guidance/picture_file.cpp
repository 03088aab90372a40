// libpng's simplified interface: it reads rows from the top, converts any colours and depths to
// grey and alpha of 8 bits, and tells faults by return values with a text in its struct.
#include "nmfsep/guidance/picture_file.hpp"

#include <fmt/format.h>
#include <png.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr std::uint64_t most_pixels = 100'000'000;

/// A picture that is being read; frees what libpng keeps.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : name_(quoted(path)) {
    image_.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&image_, path.c_str()) == 0) fail();
  }
  /// The bytes must outlive it.
  Reader(std::string_view png, std::string name) : name_(std::move(name)) {
    image_.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image_, png.data(), png.size()) == 0) fail();
  }
  ~Reader() { png_image_free(&image_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Picture read() {
    const Index width = image_.width;
    const Index height = image_.height;
    if (std::uint64_t{image_.width} * image_.height > most_pixels)
      throw FileError(
          fmt::format("{}: {} × {} pixels, must be 100 million at most; make it smaller", name_,
                      width, height));
    image_.format = PNG_FORMAT_GA;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image_));
    if (png_image_finish_read(&image_, nullptr, pixels.data(), 0, nullptr) == 0) fail();
    Picture picture{Matrix(height, width)};
    for (Index row = 0; row < height; ++row)
      for (Index column = 0; column < width; ++column) {
        const auto* pixel = &pixels[static_cast<std::size_t>(2 * (row * width + column))];
        picture.sure(height - 1 - row, column) =
            static_cast<float>(pixel[0]) * static_cast<float>(pixel[1]) / (255.0F * 255.0F);
      }
    return picture;
  }

 private:
  [[noreturn]] void fail() const {
    throw FileError(fmt::format("{}: cannot be read as PNG ({}); save it again", name_,
                                printable(image_.message)));
  }

  std::string name_;
  png_image image_{};
};

}  // namespace

bool is_picture(const std::filesystem::path& path) {
  constexpr std::array<char, 8> signature{'\x89', 'P', 'N', 'G', '\r', '\n', '\x1A', '\n'};
  std::array<char, 8> first{};
  std::ifstream file(path, std::ios::binary);
  file.read(first.data(), first.size());
  return file.gcount() == 8 && first == signature;
}

Picture read_picture(const std::filesystem::path& path) { return Reader(path).read(); }

Picture parse_picture(std::string_view png, const std::string& name) {
  return Reader(png, name).read();
}

}  // namespace nmfsep
