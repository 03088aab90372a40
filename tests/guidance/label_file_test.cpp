#include "nmfsep/guidance/label_file.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;

namespace {

/// What a text that is no label file is told.
std::string complaint(std::string_view text) {
  try {
    parse_regions(text, "'f'");
  } catch (const FileError& error) {
    return error.what();
  }
  return "nothing";
}

const std::string raven_titles =
    "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\t"
    "Annotation\n";

}  // namespace

TEST_CASE("Audacity labels are read, with frequencies and without") {
  const auto regions = parse_regions(
      "\xEF\xBB\xBF"
      "1.0\t2.5\tpiano\r\n\\\t200.5\t1500\r\n3\t3\tbass drum\n4\t5\tpiano\n\\\t-1\t-1\n\n",
      "f");
  REQUIRE(regions.size() == 3);
  CHECK(regions[0].begin == 1);
  CHECK(regions[0].end == 2.5);
  CHECK(regions[0].low == 200.5);
  CHECK(regions[0].high == 1500);
  CHECK(regions[0].has_frequencies());
  CHECK(regions[1].label == "bass drum");
  CHECK(regions[1].line == 3);
  CHECK_FALSE(regions[1].has_frequencies());
  CHECK_FALSE(regions[2].has_frequencies());  // -1 leaves a bound open
  CHECK(regions[2].line == 5);
}

TEST_CASE("Raven selection tables are read once a selection, whatever the views") {
  const auto regions = parse_regions(raven_titles +
                                         "1\tWaveform 1\t1\t0.5\t1.5\t0\t4000\tnoise\n"
                                         "1\tSpectrogram 1\t1\t0.5\t1.5\t100\t4000\tnoise\n"
                                         "2\tSpectrogram 1\t1\t2\t3\t300\t900\tvoice\n",
                                     "f");
  REQUIRE(regions.size() == 2);
  CHECK(regions[0].label == "noise");
  CHECK(regions[0].high == 4000);
  CHECK(regions[1].begin == 2);
  CHECK(regions[1].low == 300);
  CHECK(parse_regions("Begin Time (s)\tEnd Time (s)\tSpecies\n1\t2\towl\n", "f")[0].label == "owl");
}

TEST_CASE("Sonic Visualiser boxes are read, with their line of titles and without") {
  const std::string row = "0.25,1.75,220,880,\"a \"\"b\"\", c\"\n";
  for (const std::string& titles :
       {std::string(), std::string("START,END,EXTENT START,EXTENT END,LABEL\n")}) {
    const auto regions = parse_regions(titles + row, "f");
    REQUIRE(regions.size() == 1);
    CHECK(regions[0].begin == 0.25);
    CHECK(regions[0].end == 1.75);
    CHECK(regions[0].low == 220);
    CHECK(regions[0].high == 880);
    CHECK(regions[0].label == "a \"b\", c");
  }
}

TEST_CASE("what is no label file is refused with its line, value and remedy") {
  CHECK_THAT(complaint(""), contains("'f': is empty"));
  CHECK_THAT(complaint(" \n\t\n"), contains("'f': is empty"));
  CHECK_THAT(complaint("\x89PNG\r\n"), contains("no UTF-8 text"));
  CHECK_THAT(complaint(std::string_view("1\t2\ta\0", 7)), contains("no UTF-8 text"));
  CHECK_THAT(complaint("hello world"), contains("'f':1: 'hello world': begins no label file"));
  CHECK_THAT(complaint("1\t2\ta\n3\tx\tb"), contains("'f':2: end = 'x', must be a number"));
  CHECK_THAT(complaint("1,5\t2,5\ta"), contains("'f':1: begin = '1,5', must be a number"));
  CHECK_THAT(complaint("1\t2"), contains("'f':1: has no label"));
  CHECK_THAT(complaint("1\t2\ta\tb"), contains("must be begin, end and label"));
  CHECK_THAT(complaint("2\t1\ta"), contains("'f':1: ends at 1 s, before it begins at 2 s"));
  CHECK_THAT(complaint("-1\t1\ta"), contains("begins at -1 s, must be 0 or later"));
  CHECK_THAT(complaint("nan\t1\ta"), contains("begin = 'nan'"));
  CHECK_THAT(complaint("1\tinf\ta"), contains("end = 'inf'"));
  CHECK_THAT(complaint("1\t1e999\ta"), contains("end = '1e999'"));
  CHECK_THAT(complaint("1\t2\ta\n\\\t900\t100"), contains("'f':2: frequencies 900 to 100 Hz"));
  CHECK_THAT(complaint("1\t2\ta\n\\\t900"),
             contains("'f':2: '\\\\x09900': must be \\, low and high"));
  CHECK_THAT(complaint("\\\t100\t900\n1\t2\ta"), contains("'f':1: frequencies, but no label"));
  CHECK_THAT(complaint(raven_titles), contains("Raven selection table without a region"));
  CHECK_THAT(complaint("Begin Time (s)\tAnnotation\n1\ta"), contains("no column 'end time (s)'"));
  CHECK_THAT(complaint("Begin Time (s)\tEnd Time (s)\n1\t2"), contains("no column with labels"));
  CHECK_THAT(complaint(raven_titles + "1\tw\t1\t0\t1"), contains("'f':2: Low Freq (Hz) = ''"));
  CHECK_THAT(complaint("1,2,3"), contains("'f':1: '1,2,3': 3 fields, must be start"));
  CHECK_THAT(complaint("1,2,30,40,\"a"), contains("quotation mark \" is not closed"));
  CHECK_THAT(complaint("START,END,EXTENT START,EXTENT END,LABEL"),
             contains("boxes without a region"));
}

TEST_CASE("label files are recognised by what they are, and others named") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "labels.png", "1\t2\ta\n");
  CHECK(read_regions(folder / "labels.png").size() == 1);
  CHECK_THROWS_AS(read_regions(folder / "none.txt"), FileError);
  CHECK_THROWS_AS(read_regions(folder.path()), FileError);
  test::write_bytes(folder / "large.txt", std::string((16U << 20) + 1, '1'));
  CHECK_THROWS_AS(read_regions(folder / "large.txt"), FileError);
}

TEST_CASE("any cut of a label file is read or refused, and nothing else") {
  const std::string text = raven_titles + "1\tWaveform 1\t1\t0.5\t1.5\t0\t4000\tnoise\n";
  for (std::size_t length = 0; length < text.size(); ++length) {
    INFO(length);
    const std::string cut = text.substr(0, length);
    std::size_t regions = 1;
    try {
      regions = parse_regions(cut, "f").size();
    } catch (const FileError& error) {
      CHECK_THAT(error.what(), contains("f:"));
    }
    CHECK(regions == 1);
  }
}
