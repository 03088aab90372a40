#include "nmfsep/guidance/picture_file.hpp"

#include <png.h>

#include "nmfsep/core/errors.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;

namespace {

void write_png(const std::filesystem::path& path, png_uint_32 width, png_uint_32 height,
               png_uint_32 format, const std::vector<std::uint8_t>& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = format;
  REQUIRE(png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), 0, nullptr) != 0);
}

}  // namespace

TEST_CASE("pictures are read with 0 Hz below, grey as how sure, and what is transparent as 0") {
  const test::TemporaryFolder folder;
  write_png(folder / "grey", 3, 2, PNG_FORMAT_GRAY, {0, 51, 255, 102, 153, 204});
  REQUIRE(is_picture(folder / "grey"));
  const Matrix grey = read_picture(folder / "grey").sure;
  REQUIRE(grey.rows() == 2);
  REQUIRE(grey.cols() == 3);
  const Matrix expected = (Matrix(2, 3) << 0.4F, 0.6F, 0.8F, 0.0F, 0.2F, 1.0F).finished();
  CHECK((grey - expected).cwiseAbs().maxCoeff() < 1e-6F);
  write_png(folder / "colour", 2, 1, PNG_FORMAT_RGBA, {255, 255, 255, 255, 255, 255, 255, 0});
  const Matrix colour = read_picture(folder / "colour").sure;
  CHECK(colour(0, 0) == 1);
  CHECK(colour(0, 1) == 0);
}

TEST_CASE("what is no whole PNG is refused by name") {
  const test::TemporaryFolder folder;
  CHECK_FALSE(is_picture(folder / "none.png"));
  test::write_bytes(folder / "labels.png", "1\t2\ta\n");
  CHECK_FALSE(is_picture(folder / "labels.png"));
  CHECK_THROWS_WITH(read_picture(folder / "labels.png"),
                    contains("labels.png") && contains("cannot be read as PNG"));
  write_png(folder / "whole.png", 40, 30, PNG_FORMAT_GRAY, std::vector<std::uint8_t>(40 * 30, 77));
  const std::string bytes = test::read_bytes(folder / "whole.png");
  for (std::size_t length = 0; length + 13 < bytes.size(); ++length) {  // all but its last chunk
    test::write_bytes(folder / "cut.png", bytes.substr(0, length));
    INFO(length);
    CHECK_THROWS_AS(read_picture(folder / "cut.png"), FileError);
  }
  std::string huge = bytes;  // 2^30 pixels wide, by its header
  huge.replace(16, 4, std::string("\x40\0\0\0", 4));
  test::write_bytes(folder / "huge.png", huge);
  CHECK_THROWS_AS(read_picture(folder / "huge.png"), FileError);
}
