// What masks made from the references score, beside the estimates.
#include "cli/two_sources.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/masking/oracle_mask.hpp"
#include "nmfsep/masking/wiener_mask.hpp"
#include "support/bytes.hpp"

using namespace nmfsep;
using nlohmann::json;
using test::failure;
using test::rate;
using test::run_program;
using test::TwoSources;

namespace {

/// SDR of the sources under oracle masks, from spectra of the whole files.
std::vector<double> literal_sdr(const std::vector<std::string>& files, OracleMask kind) {
  const Stft stft(StftOptions::for_sample_rate(rate));
  std::vector<Spectrogram> sources;
  std::vector<Signal> references, estimates;
  AudioBuffer mixture;
  for (const std::string& file : files) {
    const AudioBuffer audio = read_audio(file);
    sources.push_back(analyse(audio, stft));
    references.push_back(audio.samples.cast<double>());
    if (mixture.samples.size() == 0)
      mixture = {Matrix::Zero(audio.length(), audio.channels()), rate};
    mixture.samples += audio.samples;
  }
  const Spectrogram mixed = analyse(mixture, stft);
  for (const Matrix& mask : oracle_masks(sources, mixed, kind))
    estimates.push_back(synthesise(apply_mask(mixed, mask), stft).samples.cast<double>());
  const BssEvalResult scores = bss_eval(references, estimates, {.filter_length = 4});
  std::vector<double> result;
  for (const BssScore& score : scores.frames[0].sources) result.push_back(*score.sdr);
  return result;
}

}  // namespace

TEST_CASE("oracles of long stereo tracks score what spectra of the whole tracks score") {
  TwoSources folder;
  constexpr Index samples = 2 * 131072 + 777;  // three of the blocks that oracles work in
  folder.write("ref/a.wav", test::noise(1, samples, 2, 0.3F));
  folder.write("ref/b.wav", test::noise(2, samples, 2, 0.2F));
  for (const char* name : {"a.wav", "b.wav"})
    folder.write(std::string("est/") + name, test::noise(3, samples, 2));
  const json scores = folder.scores({"--filter-length", "4", "--oracle", "ibm,irm1,irm2,psm"});
  const json& sources = scores.at("tracks")[0].at("sources");
  for (const auto& [name, kind] :
       {std::pair{"ibm", OracleMask::binary}, std::pair{"irm1", OracleMask::ratio},
        std::pair{"irm2", OracleMask::power_ratio},
        std::pair{"psm", OracleMask::phase_sensitive}}) {
    INFO(name);
    const auto expected = literal_sdr({folder.at("ref/a.wav"), folder.at("ref/b.wav")}, kind);
    for (std::size_t j = 0; j < 2; ++j)
      CHECK(sources[j].at("oracles").at(name).at("sdr").get<double>() ==
            Approx(expected[j]).margin(1e-6));
  }
}

TEST_CASE("oracles stand below their sources in the table and beside them in JSON and CSV") {
  TwoSources folder;
  folder.add_track("tracks/one", "stems/one", 10, rate);
  folder.write("mixtures/one.wav", folder.mixture());
  folder.add_track("tracks/two", "stems/two", 20, rate);
  folder.write("mixtures/two.wav", folder.mixture());
  const auto result = run_program({"evaluate", folder.at("tracks"), folder.at("stems"), "--oracle",
                                   "irm2,psm", "--mixture", folder.at("mixtures"), "--json",
                                   folder.at("scores.json"), "--csv", folder.at("scores.csv")});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, contains("\none     a       ") && contains("\none       irm2  ") &&
                             contains("\nmedian    psm   "));
  const json scores = json::parse(test::read_bytes(folder / "scores.json"));
  CHECK(scores.at("settings").at("oracles") == json{"irm2", "psm"});
  const json& source = scores.at("tracks")[1].at("sources")[0];
  CHECK(source.at("oracles").size() == 2);
  CHECK(source.at("oracles").at("psm").at("sdr_improvement").is_number());
  for (const json& summary :
       {scores.at("aggregate").at("sources")[1], scores.at("aggregate").at("all")})
    CHECK(summary.at("oracles").at("irm2").at("sdr").is_number());
  CHECK_THAT(test::read_bytes(folder / "scores.csv"),
             contains("track,source,oracle,time,duration,sdr,") && contains("\r\none,a,,,,") &&
                 contains("\r\none,a,psm,,,"));
}

TEST_CASE("a silent source has no oracle scores, and the other's are as without it") {
  const TwoSources folder;
  folder.write("ref/a.wav", Matrix::Zero(rate, 1));
  const json sources = folder.scores({"--oracle", "ibm,irm1,psm"}).at("tracks")[0].at("sources");
  for (const char* name : {"ibm", "irm1", "psm"}) {
    CHECK(sources[0].at("oracles").at(name).at("sdr").is_null());
    CHECK(sources[1].at("oracles").at(name).at("sdr").get<double>() > 100.0);
  }
}

TEST_CASE("evaluate refuses an oracle that it does not know") {
  const TwoSources folder;
  CHECK_THAT(failure(folder.evaluate({"--oracle", "wiener"}), 2),
             contains("--oracle: 'wiener' is none of ibm, irm1, irm2, psm"));
  CHECK_THAT(failure(folder.evaluate({"--oracle", "psm,PSM"}), 2),
             contains("'PSM' is given twice"));
}

TEST_CASE("oracles need a folder for temporary files, and say so where there is none") {
  const TwoSources folder;
  const auto result =
      run_program({"evaluate", folder.at("ref"), folder.at("est"), "--oracle", "ibm"},
                  {.environment = {"TMPDIR=/nonexistent"}});
  CHECK(result.status == 1);
  CHECK_THAT(result.err,
             contains("'/nonexistent': cannot make a temporary file") && contains("TMPDIR"));
  CHECK(result.out.empty());
}
