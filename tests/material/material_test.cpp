#include "nmfsep/material/material.hpp"

#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

MaterialOptions with_context(Index context) {
  MaterialOptions options;
  options.stft = StftOptions::for_sample_rate(8000);
  options.context = context;
  return options;
}

}  // namespace

TEST_CASE("an exemplar is the frames around the one that was drawn, in their order") {
  Material material;
  material.spectra = Matrix(2, 7);
  for (Index t = 0; t < 7; ++t) material.spectra.col(t) << static_cast<float>(t), 10;
  for (const Index middle : {2, 3, 4}) {
    material.candidates = {middle};
    Random random(1);
    const Matrix atoms = draw_atoms(material, 1, 5, random);
    REQUIRE(atoms.rows() == 10);
    REQUIRE(atoms.cols() == 1);
    CHECK(atoms.sum() == Approx(1));
    for (Index frame = 0; frame < 5; ++frame)
      CHECK(atoms(2 * frame, 0) / atoms(2 * frame + 1, 0) ==
            Approx(static_cast<double>(middle - 2 + frame) / 10));
  }
}

TEST_CASE("every frame that may be drawn has silence or its neighbours around it") {
  const SourceAudio source{"noise", "noise.wav", {{test::noise(1, 2000, 2), 8000}}};
  for (const Index context : {1, 3, 5}) {
    const Material material = prepare_material(source, with_context(context));
    REQUIRE_FALSE(material.candidates.empty());
    CHECK(material.candidates.front() >= context / 2);
    CHECK(material.candidates.back() + context / 2 < material.spectra.cols());
    Random random(1);
    const auto all = static_cast<Index>(material.candidates.size());
    CHECK(draw_atoms(material, 2 * all, context, random).cols() == all);
  }
}
