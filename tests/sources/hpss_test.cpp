#include <nlohmann/json.hpp>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/hpss/hpss_decomposer.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"

using namespace nmfsep;

namespace {

Matrix matrix(const nlohmann::json& rows) {
  Matrix result(static_cast<Index>(rows.size()), static_cast<Index>(rows.at(0).size()));
  for (Index r = 0; r < result.rows(); ++r)
    for (Index c = 0; c < result.cols(); ++c)
      result(r, c) = rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
  return result;
}

/// The largest difference of masks where the mixture is anything.
float difference(const Matrix& ours, const Matrix& theirs, const Matrix& V) {
  return (V.array() > 0).select((ours - theirs).array().abs(), 0).maxCoeff();
}

}  // namespace

TEST_CASE("harmonic and percussive masks are librosa's, with any kernel, margin and power") {
  const auto reference =
      nlohmann::json::parse(test::read_bytes(test::project_folder() / "tests/reference/hpss.json"));
  const Matrix V = matrix(reference["spectrogram"]);
  REQUIRE(reference["cases"].size() == 4);
  for (const auto& each : reference["cases"]) {
    HpssOptions options{each["kernel"][0], each["kernel"][1], each["margin"][0], each["margin"][1],
                        each["power"]};
    const auto found = decompose_whole(HpssDecomposer(options), V, 1);
    REQUIRE(found.are_masks);
    INFO(each["kernel"].dump() << " " << each["margin"].dump());
    CHECK(difference(found.sources[0].magnitudes, matrix(each["harmonic"]), V) < 1e-5F);
    CHECK(difference(found.sources[1].magnitudes, matrix(each["percussive"]), V) < 1e-5F);
    CHECK(found.sources.size() == (options.percussive_margin > 1 ? 3 : 2));
  }
}

TEST_CASE("channels are filtered apart, and blocks with neighbours as the whole") {
  const Matrix left = test::noise(1, 20, 60).cwiseAbs();
  const Matrix right = test::noise(2, 20, 60).cwiseAbs();
  Matrix both(20, 120);
  both << left, right;
  const HpssDecomposer decomposer({.harmonic_frames = 9, .percussive_bins = 5});
  const Matrix harmonic = decompose_whole(decomposer, left, 1).sources[0].magnitudes;
  const auto stereo = decompose_whole(decomposer, both, 2);
  CHECK(stereo.sources[0].magnitudes.leftCols(60) == harmonic);
  CHECK(stereo.sources[0].magnitudes.rightCols(60) ==
        decompose_whole(decomposer, right, 1).sources[0].magnitudes);
  REQUIRE(decomposer.reach() == 4);
  const Matrix inner = left.middleCols(16, 28);
  CHECK(decompose_whole(decomposer, inner, 1).sources[0].magnitudes.middleCols(4, 20) ==
        harmonic.middleCols(20, 20));
}

TEST_CASE("options of harmonic and percussive parts that cannot be are refused by name") {
  const auto refuses = [](HpssOptions options, const std::string& rule) {
    CHECK_THROWS_WITH(HpssDecomposer(options), contains(rule));
  };
  refuses({.harmonic_frames = 30}, "hpss kernel = 30, must be odd");
  refuses({.percussive_bins = 1}, "hpss kernel = 1");
  refuses({.harmonic_margin = 0.5}, "hpss margin = 0.5, must be at least 1");
  refuses({.mask_exponent = 0}, "mask exponent = 0");
}
