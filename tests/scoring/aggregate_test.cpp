#include "nmfsep/scoring/aggregate.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace nmfsep;

namespace {

TrackScores track(const std::string& name, double seconds,
                  const std::vector<std::pair<std::string, Score>>& sdrs) {
  TrackScores result;
  result.name = name;
  result.seconds = seconds;
  for (const auto& [source, sdr] : sdrs) {
    SourceScores scores;
    scores.name = source;
    scores.values[Metric::sdr] = sdr;
    result.sources.push_back(scores);
  }
  return result;
}

}  // namespace

TEST_CASE("the spread of scores is that of numpy") {
  // numpy.percentile([1, 2, 4, 7, 11], [25, 75]) and numpy.std of the same with ddof=1
  const std::vector<Score> odd = {7.0, 1.0, {}, 11.0, 2.0, 4.0};
  CHECK(*spread_of(odd, Spread::minimum) == 1.0);
  CHECK(*spread_of(odd, Spread::lower_quartile) == 2.0);
  CHECK(*spread_of(odd, Spread::median) == 4.0);
  CHECK(*spread_of(odd, Spread::upper_quartile) == 7.0);
  CHECK(*spread_of(odd, Spread::maximum) == 11.0);
  CHECK(*spread_of(odd, Spread::mean) == Approx(5.0));
  CHECK(*spread_of(odd, Spread::deviation) == Approx(4.06201920231798));
  // numpy.percentile([1, 2, 4, 7], [25, 50, 75])
  const std::vector<Score> even = {4.0, 2.0, 7.0, 1.0};
  CHECK(*spread_of(even, Spread::lower_quartile) == Approx(1.75));
  CHECK(*spread_of(even, Spread::median) == Approx(3.0));
  CHECK(*spread_of(even, Spread::upper_quartile) == Approx(4.75));
}

TEST_CASE("of undefined scores the spread is undefined, and of one score its deviation") {
  const std::vector<Score> none = {{}, {}};
  const std::vector<Score> one = {3.0, {}};
  for (const Spread spread : {Spread::minimum, Spread::mean, Spread::deviation, Spread::median})
    CHECK_FALSE(spread_of(none, spread).has_value());
  CHECK(*spread_of(one, Spread::upper_quartile) == 3.0);
  CHECK_FALSE(spread_of(one, Spread::deviation).has_value());
}

TEST_CASE("the median of an even number of scores is the mean of the two in the middle") {
  const std::vector<Score> scores = {8.0, 1.0, {}, 2.0, 5.0};
  CHECK(*summarise(scores, Statistic::median) == 3.5);
  CHECK(*summarise(scores, Statistic::mean) == 4.0);
}

TEST_CASE("tracks are summarised by source, and all sources together") {
  const std::vector<TrackScores> tracks = {track("one", 10.0, {{"voice", 6.0}, {"drums", 1.0}}),
                                           track("two", 30.0, {{"voice", 2.0}, {"drums", {}}}),
                                           track("three", 10.0, {{"voice", 1.0}})};
  const Aggregate result = aggregate(tracks, {Statistic::median, {Spread::maximum}});
  CHECK(result.tracks == 3);
  REQUIRE(result.sources.size() == 2);
  CHECK(result.sources[0].name == "voice");
  CHECK(*result.sources[0].values.at(Metric::sdr) == 2.0);
  CHECK(*result.sources[0].spread.at(Spread::maximum).at(Metric::sdr) == 6.0);
  CHECK(*result.sources[1].values.at(Metric::sdr) == 1.0);
  CHECK(*result.all.values.at(Metric::sdr) == 1.5);
  CHECK_FALSE(result.sources[0].gnsdr.has_value());
}

TEST_CASE("global scores are means over tracks weighted by their lengths") {
  std::vector<TrackScores> tracks = {track("one", 10.0, {{"voice", 6.0}}),
                                     track("two", 30.0, {{"voice", 2.0}})};
  tracks[0].sources[0].improvements[Metric::sdr] = 4.0;
  tracks[1].sources[0].improvements[Metric::sdr] = 0.0;
  tracks[0].sources[0].values[Metric::sir] = 20.0;
  tracks[1].sources[0].values[Metric::sir] = 12.0;
  tracks[0].sources[0].values[Metric::sar] = {};
  tracks[1].sources[0].values[Metric::sar] = 9.0;
  const Summary voice = aggregate(tracks, {}).sources[0];
  CHECK(*voice.gnsdr == Approx(1.0));
  CHECK(*voice.gsir == Approx(14.0));
  CHECK(*voice.gsar == Approx(9.0));
}
