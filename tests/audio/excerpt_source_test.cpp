#include "nmfsep/audio/excerpt_source.hpp"

#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

const AudioBuffer audio{test::noise(1, 8000, 2), 1000};  // 8 s

/// A buffer that does not say how long it is, as a pipe does.
class Unmeasured final : public AudioSource {
 public:
  explicit Unmeasured(const AudioBuffer& buffer)
      : source_(buffer, "'pipe'"), info_(source_.info()) {
    info_.length.reset();
  }
  std::string name() const override { return source_.name(); }
  const AudioInfo& info() const override { return info_; }
  Index read(Eigen::Ref<Matrix> block) override { return source_.read(block); }

 private:
  BufferSource source_;
  AudioInfo info_;
};

Matrix read(AudioSource& source, const Excerpt& excerpt, Index piece = 300) {
  ExcerptSource part(source, excerpt);
  Matrix samples(8000, 2);
  Index done = 0;
  for (Index got = piece; got == piece; done += got) {
    Matrix block(piece, 2);
    got = part.read(block);
    samples.middleRows(done, got) = block.topRows(got);
  }
  return samples.topRows(done);
}

}  // namespace

TEST_CASE("an excerpt is the samples from its start on, as many as asked for or there are") {
  for (const bool measured : {true, false}) {
    const auto check = [&](const Excerpt& excerpt, Index first, Index count) {
      BufferSource buffer(audio, "'song'");
      Unmeasured pipe(audio);
      AudioSource& source = measured ? static_cast<AudioSource&>(buffer) : pipe;
      const auto frames = ExcerptSource(source, excerpt).info().length;
      CHECK(frames == (measured ? std::optional(count) : std::nullopt));
      CHECK(read(source, excerpt) == audio.samples.middleRows(first, count));
    };
    check({}, 0, 8000);
    check({2.5, {}}, 2500, 5500);
    check({2.5, 3.0}, 2500, 3000);
    check({0, 0.0001}, 0, 1);
    check({7.999, 100.0}, 7999, 1);
  }
}

TEST_CASE("an excerpt beyond the end is refused with both places") {
  BufferSource buffer(audio, "'song'");
  CHECK_THROWS_WITH(ExcerptSource(buffer, {8.0, {}}), contains("'song': ends after 8.000 s"));
  Unmeasured pipe(audio);
  CHECK_THROWS_WITH(read(pipe, {9.0, {}}), contains("8.000 s") && contains("9.000 s"));
}

TEST_CASE("an excerpt of no length or from nowhere is refused") {
  BufferSource buffer(audio, "'song'");
  for (const double bad : {-1.0, std::nan(""), HUGE_VAL, 1e10})
    CHECK_THROWS_AS(ExcerptSource(buffer, {bad, {}}), InvalidArgument);
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL})
    CHECK_THROWS_AS(ExcerptSource(buffer, {0, bad}), InvalidArgument);
}
