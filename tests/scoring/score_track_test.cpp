// Scores of files from the public headers alone.
#include "nmfsep/scoring/score_track.hpp"

#include <cmath>

#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/wide_wav.hpp"

using namespace nmfsep;
using test::WideFormat;

namespace {

constexpr int rate = 8000;

Signal noise(std::uint64_t seed, Index samples, double amplitude = 0.25) {
  Random random(seed);
  return Signal::NullaryExpr(samples, 1, [&] {
    // All 53 bits, where uniform() has the 24 of a float.
    const double coarse = static_cast<double>(random.uniform());
    return amplitude * (2.0 * (coarse + 0x1p-24 * static_cast<double>(random.uniform())) - 1.0);
  });
}

/// A track in a folder of its own.
class Track : public test::TemporaryFolder {
 public:
  Track() {
    for (const char* folder : {"ref", "est"}) std::filesystem::create_directory(*this / folder);
  }

  void write(const std::string& name, const Signal& samples,
             WideFormat format = WideFormat::float_64) const {
    test::write_wide_wav(path() / (name + ".wav"), samples, rate, format);
  }

  TrackQuery query() const { return {.references = *this / "ref", .estimates = *this / "est"}; }

  TrackScores score(const ScoreOptions& options, const TrackQuery& query,
                    OpenOptions open = {}) const {
    const MatchedFiles files = match_sources(find_tracks(query).at(0), query);
    return score_track("track", open_track(files, query.mixture, open), options, diagnostics);
  }
  TrackScores score(const ScoreOptions& options) const { return score(options, query()); }

  mutable Diagnostics diagnostics;
};

ScoreOptions with_metrics(const std::vector<Metric>& metrics) {
  ScoreOptions options;
  options.metrics = metrics;
  return options;
}

}  // namespace

TEST_CASE("files of 32-bit integers and of doubles are scored without rounding to floats") {
  const Track track;
  const Signal reference = noise(1, rate);
  const Signal error = noise(2, rate, 0.25 * std::pow(10.0, -166.0 / 20.0));
  track.write("ref/a", reference);
  track.write("est/a", reference + error);
  const double expected = 20.0 * std::log10(reference.norm() / error.norm());
  const double snr = *track.score(with_metrics({Metric::snr})).sources[0].values.at(Metric::snr);
  CHECK(snr == Approx(expected).margin(0.01));
  CHECK(snr == Approx(166.0).margin(0.5));

  // 32-bit integers: the smallest step in one sample of a hundred.
  Signal steps = reference;
  for (Index t = 0; t < steps.rows(); t += 100) steps(t, 0) += 0x1p-31;
  track.write("ref/a", reference, WideFormat::pcm_32);
  track.write("est/a", steps, WideFormat::pcm_32);
  const double fine = *track.score(with_metrics({Metric::snr})).sources[0].values.at(Metric::snr);
  CHECK(fine ==
        Approx(20.0 * std::log10(reference.norm() / (0x1p-31 * std::sqrt(80.0)))).margin(0.01));
}

TEST_CASE("an estimate that is filtered only has no artifacts at all in files of doubles") {
  const Track track;
  for (const char* name : {"a", "b"}) {
    Signal reference = noise(static_cast<std::uint64_t>(name[0]), rate);
    reference.bottomRows(3).setZero();  // so that no tail of the filter is cut off
    Signal estimate = 0.5 * reference;
    estimate.bottomRows(rate - 3) += 0.25 * reference.topRows(rate - 3);
    track.write(std::string("ref/") + name, reference);
    track.write(std::string("est/") + name, estimate);
  }
  ScoreOptions options = with_metrics({Metric::sar});
  options.bss.filter_length = 16;
  CHECK(*track.score(options).sources[0].values.at(Metric::sar) == largest_score);
}

TEST_CASE("estimates are assigned by what is in them, and those left over are named") {
  const Track track;
  const Signal voice = noise(1, rate);
  const Signal drums = noise(2, rate);
  track.write("ref/drums", drums);
  track.write("ref/voice", voice);
  track.write("est/1", voice + 0.1 * drums);
  track.write("est/2", noise(3, rate));
  track.write("est/3", drums + 0.1 * voice);
  ScoreOptions options = with_metrics({Metric::sdr, Metric::si_sdr});
  options.bss.permute = true;
  options.bss.filter_length = 16;
  TrackQuery query = track.query();
  query.any_names = true;
  const TrackScores scores = track.score(options, query);
  REQUIRE(scores.sources.size() == 2);
  CHECK(scores.sources[0].name == "drums");
  CHECK(scores.sources[0].estimate == "3");
  CHECK(scores.sources[1].estimate == "1");
  CHECK(scores.unassigned == std::vector<std::string>{"2"});
  CHECK(*scores.sources[0].values.at(Metric::sdr) == Approx(20.0).margin(0.5));
  // What needs no filters is scored by the same assignment.
  CHECK(*scores.sources[1].values.at(Metric::si_sdr) == Approx(20.0).margin(0.5));
}

TEST_CASE("of several estimates a single reference takes the best") {
  const Track track;
  const Signal voice = noise(1, rate);
  track.write("ref/voice", voice);
  track.write("est/1", noise(3, rate));
  track.write("est/2", voice + 0.1 * noise(2, rate));
  ScoreOptions options;
  options.bss.permute = true;
  options.bss.filter_length = 8;
  TrackQuery query = track.query();
  query.any_names = true;
  CHECK(track.score(options, query).sources[0].estimate == "2");
}

TEST_CASE("a group scores as the sum of its files") {
  const Track track;
  const Signal drums = noise(1, rate);
  const Signal bass = noise(2, rate);
  for (const char* folder : {"ref/", "est/"}) {
    const double leak = folder[0] == 'e' ? 0.1 : 0.0;
    track.write(std::string(folder) + "drums", drums + leak * noise(4, rate));
    track.write(std::string(folder) + "bass", bass + leak * noise(5, rate));
    track.write(std::string(folder) + "voice", noise(3, rate));
  }
  TrackQuery query = track.query();
  query.groups["music"] = {"drums", "bass"};
  const TrackScores scores = track.score(with_metrics({Metric::snr}), query);
  REQUIRE(scores.sources.size() == 2);
  const Signal error = 0.1 * (noise(4, rate) + noise(5, rate));
  CHECK(*scores.sources[0].values.at(Metric::snr) ==
        Approx(20.0 * std::log10((drums + bass).norm() / error.norm())).margin(1e-6));
}

TEST_CASE("there are as many frames as museval has") {
  // 2.5 s at 11,025 Hz: museval 0.4.1 rounds hop and window down to samples.
  const test::TemporaryFolder folder;
  for (const char* name : {"ref", "est"}) {
    std::filesystem::create_directory(folder / name);
    for (const char* source : {"a", "b"})
      test::write_wide_wav(folder / (std::string(name) + "/" + source + ".wav"),
                           noise(static_cast<std::uint64_t>(source[0]), 27562), 11025,
                           WideFormat::float_64);
  }
  const TrackQuery query{.references = folder / "ref", .estimates = folder / "est"};
  const MatchedFiles files = match_sources(find_tracks(query).at(0), query);
  for (const auto& [hop, frames] : {std::pair(0.1, 16), {0.3, 6}, {1.0, 2}}) {
    ScoreOptions options = museval_options();
    options.hop = hop;
    options.bss.filter_length = 4;
    Diagnostics diagnostics;
    const TrackScores scores =
        score_track("track", open_track(files, "", {}), options, diagnostics);
    CHECK(scores.sources[0].frames.size() == static_cast<std::size_t>(frames));
  }
}

TEST_CASE("a silent reference voids itself alone, with museval's settings too") {
  const Track track;
  const Index samples = 3 * rate;
  Signal late = noise(3, samples);
  late.topRows(rate).setZero();
  track.write("ref/a", noise(1, samples));
  track.write("ref/late", late);
  track.write("ref/silent", Signal::Zero(samples, 1));
  for (const char* name : {"a", "late", "silent"})
    track.write(std::string("est/") + name,
                noise(static_cast<std::uint64_t>(name[0]), samples, 0.1));
  ScoreOptions options = museval_options();
  options.bss.filter_length = 4;
  const TrackScores scores = track.score(options);
  const auto defined = [&](std::size_t source, std::size_t frame) {
    return scores.sources[source].frames[frame].scores.sdr.has_value();
  };
  for (std::size_t frame = 0; frame < 3; ++frame) CHECK_FALSE(defined(2, frame));
  // A frame in which a source is silent that sounds elsewhere is undefined for all, as in museval.
  CHECK_FALSE(defined(0, 0));
  CHECK_FALSE(defined(1, 0));
  CHECK(defined(0, 1));
  CHECK(defined(1, 2));
  CHECK(scores.sources[0].values.at(Metric::sdr).has_value());
  CHECK_FALSE(scores.sources[2].values.at(Metric::sdr).has_value());
  // Nothing is said of the source that is never silent.
  std::string told;
  for (const Warning& warning : track.diagnostics.warnings())
    if (warning.code == WarningCode::silent_frames) told += warning.message + "\n";
  CHECK_THAT(told, contains("1 of 3 frames of 'late'") && contains("3 of 3 frames of 'silent'"));
  CHECK(told.find("'a'") == std::string::npos);
}

TEST_CASE("references that predict each other, and frames cut from the whole, are told apart") {
  const Track track;
  const Index samples = 3 * rate;
  for (const std::string name : {"a", "b"}) {
    const Signal dry = noise(static_cast<std::uint64_t>(name[0]), samples);
    Signal placed(samples, 2);
    placed.col(0) = dry;
    placed.col(1) = 0.5 * dry;
    placed.col(1).tail(samples - 1) += 0.3 * dry.topRows(samples - 1);
    track.write("ref/" + name, placed.cast<float>().cast<double>());
    placed.col(0) += noise(7, samples, 0.02);
    track.write("est/" + name, placed);
  }
  const auto codes = [&](ScoreOptions options) {
    options.bss.filter_length = 8;
    track.score(options);
    std::vector<WarningCode> found;
    for (const Warning& warning : track.diagnostics.warnings()) found.push_back(warning.code);
    return found;
  };
  CHECK(codes(with_metrics({Metric::sdr})) == std::vector{WarningCode::ill_conditioned});
  CHECK(codes(museval_options()) == std::vector{WarningCode::ill_conditioned,
                                                WarningCode::ill_conditioned,
                                                WarningCode::cut_from_whole});
  CHECK(to_string(WarningCode::cut_from_whole) == "cut-from-whole");
}

TEST_CASE("a question that is answered with yes ends the scoring") {
  const Track track;
  track.write("ref/a", noise(1, rate));
  track.write("est/a", noise(2, rate));
  CHECK_THROWS_AS(track.score({}, track.query(), {.cancelled = [] { return true; }}), Cancelled);
}

TEST_CASE("ISR is asked of images only") {
  ScoreOptions options;
  options.metrics = {Metric::isr};
  CHECK_THROWS_AS(options.validate(), InvalidArgument);
  options.bss.criteria = BssCriteria::images;
  CHECK_NOTHROW(options.validate());
}

TEST_CASE("a track is scored with its mixture and its oracles") {
  const Track track;
  const Signal a = noise(1, rate);
  const Signal b = noise(2, rate);
  track.write("ref/a", a);
  track.write("ref/b", b);
  track.write("est/a", a + 0.1 * b);
  track.write("est/b", b + 0.1 * a);
  track.write("mixture", a + b);
  TrackQuery query = track.query();
  query.mixture = track / "mixture.wav";
  ScoreOptions options = with_metrics({Metric::snr});
  options.oracles = {OracleMask::binary};
  const SourceScores source = track.score(options, query).sources[0];
  CHECK(*source.values.at(Metric::snr) == Approx(20.0).margin(0.5));
  CHECK(*source.improvements.at(Metric::snr) == Approx(20.0).margin(1.0));
  CHECK(*source.oracles.at(OracleMask::binary).at(Metric::snr) > 1.0);
  CHECK(source.oracle_improvements.at(OracleMask::binary).count(Metric::snr) == 1);
}
