#include "nmfsep/scoring/track_files.hpp"

#include <fstream>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;

namespace {

/// Files of these names, in "ref" and "est". Matching looks at no more than names.
class NamedFiles : public test::TemporaryFolder {
 public:
  NamedFiles(const std::vector<std::string>& references,
             const std::vector<std::string>& estimates) {
    for (const auto& [folder, names] : {std::pair("ref", references), {"est", estimates}}) {
      std::filesystem::create_directory(*this / folder);
      for (const std::string& name : names)
        std::ofstream(path() / folder / (name + ".wav")) << "audio";
    }
  }

  TrackQuery query() const { return {.references = *this / "ref", .estimates = *this / "est"}; }
  MatchedFiles match(const TrackQuery& query) const {
    return match_sources(find_tracks(query).at(0), query);
  }
};

std::vector<std::string> names_of(const std::vector<SourceFiles>& sources) {
  std::vector<std::string> names;
  for (const SourceFiles& source : sources) names.push_back(source.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("sources are matched by name, in the order of the references") {
  const NamedFiles files({"b", "a"}, {"a", "b"});
  const MatchedFiles matched = files.match(files.query());
  CHECK(names_of(matched.references) == Names{"a", "b"});
  CHECK(names_of(matched.estimates) == Names{"a", "b"});
  CHECK(matched.left_out.empty());
}

TEST_CASE("a source without counterpart is named, by its type too") {
  const NamedFiles files({"a", "b"}, {"a", "c"});
  try {
    files.match(files.query());
    FAIL("nothing was thrown");
  } catch (const UnmatchedReference& error) {
    CHECK(error.name() == "b");
    CHECK_THAT(error.what(), contains("holds a, c"));
  }
  TrackQuery renamed = files.query();
  renamed.renamed = {{"b", "c"}};
  CHECK(names_of(files.match(renamed).estimates) == Names{"a", "c"});

  const NamedFiles more({"a"}, {"a", "c"});
  CHECK_THROWS_AS(more.match(more.query()), UnmatchedEstimate);
  TrackQuery lenient = more.query();
  lenient.leave_out_extra = true;
  const MatchedFiles matched = more.match(lenient);
  CHECK(names_of(matched.estimates) == Names{"a"});
  REQUIRE(matched.left_out.size() == 1);
  CHECK(matched.left_out[0].filename() == "c.wav");
}

TEST_CASE("where names do not count there may be more estimates, but not fewer") {
  const NamedFiles files({"voice", "noise"}, {"1", "2", "3"});
  TrackQuery query = files.query();
  query.any_names = true;
  const MatchedFiles matched = files.match(query);
  CHECK(names_of(matched.references) == Names{"noise", "voice"});
  CHECK(names_of(matched.estimates) == Names{"1", "2", "3"});

  const NamedFiles fewer({"voice", "noise"}, {"1"});
  query = fewer.query();
  query.any_names = true;
  CHECK_THROWS_WITH(fewer.match(query), contains("holds 1 for the 2 references"));
}

TEST_CASE("a group is the sum of its members, on both sides or against an estimate of its name") {
  TrackQuery query;
  const auto grouped = [&](const NamedFiles& files) {
    query = files.query();
    query.groups["music"] = {"drums", "bass"};
    return files.match(query);
  };
  const MatchedFiles sums = grouped({{"bass", "drums", "voice"}, {"bass", "drums", "voice"}});
  CHECK(names_of(sums.references) == Names{"music", "voice"});
  CHECK(sums.references[0].files.size() == 2);
  CHECK(sums.estimates[0].files.size() == 2);

  const MatchedFiles whole = grouped({{"bass", "drums", "voice"}, {"music", "voice"}});
  CHECK(whole.references[0].files.size() == 2);
  CHECK(whole.estimates[0].files.size() == 1);

  CHECK_THROWS_WITH(grouped({{"bass", "voice"}, {"music", "voice"}}),
                    contains("no group 'music' can be made of drums, bass"));
  CHECK_THROWS_AS(grouped({{"bass", "drums"}, {"bass"}}), UnmatchedReference);
}

TEST_CASE("a mixture is a source only where both have one") {
  const NamedFiles one({"a", "mixture"}, {"a"});
  CHECK(names_of(one.match(one.query()).references) == Names{"a"});
  const NamedFiles both({"a", "mixture"}, {"a", "mixture"});
  CHECK(names_of(both.match(both.query()).references) == Names{"a", "mixture"});
}
