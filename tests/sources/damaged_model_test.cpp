// What loading must refuse: every cut, every flipped bit, and headers made by hand whose checksum
// is right, so that each rule has to stand by itself.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <cstring>
#include <functional>
#include <limits>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/model_bytes.hpp"
#include "support/small_autoencoder.hpp"
#include "support/small_dictionary.hpp"
#include "support/small_mask_network.hpp"
#include "support/tally.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using Json = nlohmann::json;

namespace {

/// Written once: each write waits for the disk.
const std::string& small_model() {
  static const std::string bytes = [] {
    const test::TemporaryFolder folder;
    const std::vector<SourceModel> models{test::small_dictionary("bass", 2, 1),
                                          test::small_dictionary("drums", 1, 2)};
    save_models(folder / "model", models, Overwrite::refuse);
    return test::read_bytes(folder / "model");
  }();
  return bytes;
}

/// The same of a paired dictionary, "horn", of three frames and two members.
const std::string& paired_model() {
  static const std::string bytes = [] {
    const test::TemporaryFolder folder;
    const std::vector<SourceModel> models{test::small_paired_dictionary("horn", 3, 2)};
    save_models(folder / "model", models, Overwrite::refuse);
    return test::read_bytes(folder / "model");
  }();
  return bytes;
}

/// The same of an autoencoder, "anna", of four layers.
const std::string& autoencoder_model() {
  static const std::string bytes = [] {
    const test::TemporaryFolder folder;
    const std::vector<SourceModel> models{test::small_autoencoder("anna")};
    save_models(folder / "model", models, Overwrite::refuse);
    return test::read_bytes(folder / "model");
  }();
  return bytes;
}

/// The same of a set with a network, "anna" and "ben".
const std::string& mask_model() {
  static const std::string bytes = [] {
    const test::TemporaryFolder folder;
    save_models(folder / "model", test::small_mask_set("anna", "ben"), Overwrite::refuse);
    return test::read_bytes(folder / "model");
  }();
  return bytes;
}

bool loads(const std::filesystem::path& path) {
  try {
    load_models(path);
    return true;
  } catch (const ModelFileError&) {
    return false;
  }
}

void check_refused(const test::TemporaryFolder& folder, const std::string& bytes,
                   const std::string& fault) {
  test::write_bytes(folder / "bad\x1b.model", bytes);
  CHECK_THROWS_AS(load_models(folder / "bad\x1b.model"), ModelFileError);
  CHECK_THROWS_WITH(load_models(folder / "bad\x1b.model"),
                    contains("bad\\x1b.model'") && contains(fault) && contains("train"));
}

}  // namespace

TEST_CASE("Every prefix of a model is refused, and so is a byte too many", "[damage]") {
  test::Tally tally("prefixes of models");
  const test::TemporaryFolder folder;
  for (const std::string& bytes :
       {small_model(), paired_model(), autoencoder_model(), mask_model()}) {
    test::write_bytes(folder / "good", bytes);
    REQUIRE_NOTHROW(load_models(folder / "good"));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      test::write_bytes(folder / "cut", bytes.substr(0, size));
      tally.add(fmt::format("{} of {} bytes", size, bytes.size()),
                loads(folder / "cut") ? "is loaded" : "");
    }
    check_refused(folder, bytes + '\0', "follow the header");
    check_refused(folder, bytes + bytes, "follow the header");
  }
}

TEST_CASE("Every flip of a single bit of a model is noticed", "[damage]") {
  test::Tally tally("flipped bits in models");
  const test::TemporaryFolder folder;
  const auto check = [&](std::string bytes) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      const auto flip = static_cast<char>(1U << bit % 8);
      bytes[bit / 8] ^= flip;
      test::write_bytes(folder / "flipped", bytes);
      tally.add(fmt::format("bit {}", bit), loads(folder / "flipped") ? "is loaded" : "");
      bytes[bit / 8] ^= flip;
    }
  };
  check(small_model());
  if (test::endurance_report() != nullptr) check(paired_model());
}

TEST_CASE("Headers that lie are refused though their checksum is right") {
  using Damage = std::function<void(Json&, std::string&)>;
  const auto meta = [](const char* key, const Json& value) {
    return [=](Json& h, std::string&) { h["__metadata__"][key] = value; };
  };
  const auto without = [](const char* key) {
    return [=](Json& h, std::string&) { h["__metadata__"].erase(key); };
  };
  const auto bass = [](const char* key, const Json& value) {
    return [=](Json& h, std::string&) { h["W/bass"][key] = value; };
  };
  const auto value_at = [](std::size_t index, float value) {
    return [=](Json&, std::string& data) { std::memcpy(&data[4 * index], &value, 4); };
  };
  const auto [fault, damage] = GENERATE_COPY(table<std::string, Damage>({
      {"not an nmfsep model", without("format")},
      {"not an nmfsep model", meta("format", "pt")},
      {"not an nmfsep model", [](Json& h, std::string&) { h.erase("__metadata__"); }},
      {"version '3', this nmfsep reads versions '1' and '2'", meta("version", "3")},
      {"version ''", without("version")},
      {"version '\\x1b[2J'", meta("version", "\x1b[2J")},
      {"'drums' is of kind 'convolutive', which this nmfsep does not know; use a newer",
       meta("kind/drums", "convolutive")},
      {"has no 'kind/drums'", without("kind/drums")},
      {"has no 'sha256'", without("sha256")},
      {"sha256 is not of 64 digits", meta("sha256", "0")},
      {"do not match its sha256", meta("sha256", std::string(64, 'A'))},
      {"has no 'sources'", without("sources")},
      {"source name '' is empty", meta("sources", "")},
      {"source name '' is empty", meta("sources", "bass//drums")},
      {"has no 'kind/horn'", meta("sources", "bass/drums/horn")},
      {"its 1 sources have 1 tensors, but it holds 2", meta("sources", "bass")},
      {"two sources are named 'bass'", meta("sources", "bass/bass")},
      {"control character", meta("sources", "bass/dr\nums")},
      {"has no 'sample_rate'", without("sample_rate")},
      {"'sample_rate' = 'fast'", meta("sample_rate", "fast")},
      {"'sample_rate' = '44100 '", meta("sample_rate", "44100 ")},
      {"'sample_rate' = '9999999999'", meta("sample_rate", "9999999999")},
      {"sample_rate = -1", meta("sample_rate", "-1")},
      {"'sample_rate' is not a string", [](Json& h, std::string&) {
         h["__metadata__"]["sample_rate"] = 44100; }},
      {"fft_size", meta("fft_size", "0")},
      {"fft_size", meta("fft_size", "2147483646")},
      {"hop", meta("hop", "0")},
      {"window", meta("window", "triangle")},
      {"magnitude_exponent = nan", meta("magnitude_exponent", "nan")},
      {"'magnitude_exponent' = ''", meta("magnitude_exponent", "")},
      {"W is 9 × 2, must be 17 bins", meta("fft_size", "32")},
      {"'seed/bass' = '-1'", meta("seed/bass", "-1")},
      {"iterations = -5", meta("iterations/bass", "-5")},
      {"final_cost = nan", meta("final_cost/drums", "nan")},
      {"training_seconds = inf", meta("training_seconds/drums", "inf")},
      {"has no 'training_files/drums'", without("training_files/drums")},
      {"divergence = 'k\\x07l'", meta("divergence/bass", "k\x07l")},
      {"has no 'method/bass'", without("method/bass")},
      {"control character in its metadata 'n\\x07m'", meta("method/bass", "n\x07m")},
      {"promises 3", meta("components/bass", "3")},
      {"has no 'components/bass'", without("components/bass")},
      {"'W/bass' is not described by an object", [](Json& h, std::string&) { h["W/bass"] = 1; }},
      {"'W/bass' has no dtype", [](Json& h, std::string&) { h["W/bass"].erase("dtype"); }},
      {"'W/bass' has no shape", [](Json& h, std::string&) { h["W/bass"].erase("shape"); }},
      {"dtype is not a string", bass("dtype", 32)},
      {"type 'F64' is not 'F32'", bass("dtype", "F64")},
      {"shape is not a list of whole numbers", bass("shape", {9, -2})},
      {"shape is not a list of whole numbers", bass("shape", {9, 2.5})},
      {"shape is not a list of whole numbers", bass("shape", "9x2")},
      {"shape is not a list of whole numbers", bass("shape", {9, 1e30})},
      {"do not hold the 4 bytes of its shape", bass("shape", Json::array())},
      {"a dimension is 0", bass("shape", {0, 2})},
      {"has 1 dimensions, must have 2", bass("shape", Json::array({18}))},
      {"has 3 dimensions, must have 2", bass("shape", {9, 2, 1})},
      {"W is 2 × 9", [](Json& h, std::string&) {
         h["W/bass"]["shape"] = {2, 9};
         h["__metadata__"]["components/bass"] = "9"; }},
      {"shape is larger than the file", bass("shape", {1U << 31U, 1U << 31U, 4})},
      {"shape is larger than the file", bass("shape", {9, 18446744073709551615U})},
      {"data_offsets has 1 numbers", bass("data_offsets", Json::array({0}))},
      {"data_offsets has 3 numbers", bass("data_offsets", {0, 72, 108})},
      {"lie outside the 108 bytes", bass("data_offsets", {0, 18446744073709551615U})},
      {"lie outside the 108 bytes", bass("data_offsets", {72, 0})},
      {"do not hold the 72 bytes", bass("data_offsets", {0, 71})},
      {"overlaps another", [](Json& h, std::string&) {
         h["W/drums"]["data_offsets"] = {36, 72}; }},
      {"leaves a hole", [](Json& h, std::string& data) {
         h["W/drums"]["data_offsets"] = {76, 112};
         data += "four"; }},
      {"leaves a hole", [](Json& h, std::string& data) {
         h["W/bass"]["data_offsets"] = {4, 76};
         h["W/drums"]["data_offsets"] = {76, 112};
         data += "four"; }},
      {"take 108 bytes, but 112 follow", [](Json&, std::string& data) { data += "four"; }},
      {"has no tensor 'W/drums'", [](Json& h, std::string&) {
         h["V/drums"] = h["W/drums"];
         h.erase("W/drums"); }},
      {"tensor 'x\\x1by'", [](Json& h, std::string&) { h["x\x1by"] = 7; }},
      {"W[3][1] = nan", value_at(7, std::numeric_limits<float>::quiet_NaN())},
      {"W[0][0] = inf", value_at(0, std::numeric_limits<float>::infinity())},
      {"source 'drums': W[8][0] = -0.25", value_at(26, -0.25F)},
      {"column 1 of W sums to", value_at(1, 3.0F)},
  }));
  const test::TemporaryFolder folder;
  test::ModelParts parts = test::take_apart(small_model());
  Json header = Json::parse(parts.header);
  header["__metadata__"]["sha256"] = std::string(64, '0');
  damage(header, parts.data);
  parts.header = header.dump();
  check_refused(folder, test::put_together(parts), fault);
}

TEST_CASE("Headers that lie of a paired dictionary are refused too") {
  using Damage = std::function<void(Json&)>;
  const auto meta = [](const char* key, const Json& value) {
    return [=](Json& h) { h["__metadata__"][key] = value; };
  };
  const auto [fault, damage] = GENERATE_COPY(table<std::string, Damage>({
      {"context = 4, must be odd", meta("context/horn", "4")},
      {"'context/horn' = 'wide'", meta("context/horn", "wide")},
      {"analysis is 27 × 2, must be 9 bins", meta("context/horn", "1")},
      {"members = 0, must be 1 to 100", meta("members/horn", "0")},
      {"members = 2147483647, must be 1 to 100", meta("members/horn", "2147483647")},
      {"have 2 tensors, but it holds 4", meta("members/horn", "1")},
      {"has no tensor 'analysis/2/horn'", meta("members/horn", "3")},
      {"has no tensor 'W/horn'", meta("kind/horn", "dictionary")},
      {"promises 3", meta("components/horn", "3")},
      {"has no 'context/horn'", [](Json& h) { h["__metadata__"].erase("context/horn"); }},
      {"has no 'members/horn'", [](Json& h) { h["__metadata__"].erase("members/horn"); }},
  }));
  const test::TemporaryFolder folder;
  test::ModelParts parts = test::take_apart(paired_model());
  Json header = Json::parse(parts.header);
  header["__metadata__"]["sha256"] = std::string(64, '0');
  damage(header);
  parts.header = header.dump();
  check_refused(folder, test::put_together(parts), fault);
}

TEST_CASE("Headers that lie of an autoencoder are refused too") {
  using Damage = std::function<void(Json&)>;
  const auto meta = [](const char* key, const Json& value) {
    return [=](Json& h) { h["__metadata__"][key] = value; };
  };
  const auto [fault, damage] = GENERATE_COPY(table<std::string, Damage>({
      {"has no 'encoder/anna'", [](Json& h) { h["__metadata__"].erase("encoder/anna"); }},
      {"has no 'floor/anna'", [](Json& h) { h["__metadata__"].erase("floor/anna"); }},
      {"has no 'loss/anna'", [](Json& h) { h["__metadata__"].erase("loss/anna"); }},
      {"loss = 'hi\\x1b', must be kl or squared", meta("loss/anna", "hi\x1b")},
      {"'floor/anna' = 'low'", meta("floor/anna", "low")},
      {"floor = nan", meta("floor/anna", "nan")},
      {"floor = -1", meta("floor/anna", "-1")},
      {"layer 'attention 9 2' is unknown", meta("encoder/anna", "attention 9 2")},
      {"tensor 'encoder/0/anna' is 4 × 9, must be 2 × 9", meta("encoder/anna", "dense 9 2 | relu")},
      {"has no tensor 'encoder/2/anna'",
       meta("encoder/anna", "dense 9 4 | relu | dense 4 2 | relu | dense 2 2")},
      {"layer 'dense 9 1048577': 1048577 must be 1 to 1048576",
       meta("encoder/anna", "dense 9 1048577")},
      {"have 1 tensors, but it holds 5",
       [](Json& h) {
         h["__metadata__"]["encoder/anna"] = "relu";
         h["__metadata__"]["decoder/anna"] = "relu";
         h["__metadata__"]["components/anna"] = "0";
       }},
      {"ends in 'tanh'", meta("decoder/anna", "dense 2 4 | relu | dense 4 9 | tanh")},
      {"components = 3, but its decoder takes 2", meta("components/anna", "3")},
      {"curve_points = -1", meta("curve_points/anna", "-1")},
      {"tensor 'curve/anna' is 2 × 3, must be 7 × 3", meta("curve_points/anna", "7")},
      {"have 4 tensors, but it holds 5", meta("curve_points/anna", "0")},
  }));
  const test::TemporaryFolder folder;
  test::ModelParts parts = test::take_apart(autoencoder_model());
  Json header = Json::parse(parts.header);
  header["__metadata__"]["sha256"] = std::string(64, '0');
  damage(header);
  parts.header = header.dump();
  check_refused(folder, test::put_together(parts), fault);
}

TEST_CASE("Mask networks that break their rules are refused though their checksum is right") {
  using Damage = std::function<void(Json&, std::string&)>;
  const auto meta = [](const char* key, const Json& value) {
    return [=](Json& h, std::string&) { h["__metadata__"][key] = value; };
  };
  const auto first_of = [](const char* tensor, float value) {
    return [=](Json& h, std::string& data) {
      std::memcpy(&data[h[tensor]["data_offsets"][0].get<std::size_t>()], &value, 4);
    };
  };
  const auto [fault, damage] = GENERATE_COPY(table<std::string, Damage>({
      {"network_share", meta("network_share/anna", "1.5")},
      {"network_share", meta("network_share/anna", "nan")},
      {"network_share",
       [](Json& h, std::string&) { h["__metadata__"].erase("network_share/anna"); }},
      {"network_members", meta("network_members/anna", "0")},
      {"network/2/0/anna", meta("network_members/anna", "3")},
      {"network_context", meta("network_context/anna", "0")},
      {"must be odd", meta("network_context/anna", "4")},
      {"network_sources", meta("network_sources/anna", "9")},
      {"network_sources", meta("network_sources/anna", "1")},
      {"network_source_2", meta("network_sources/anna", "3")},
      {"network/0/0/anna", meta("network/anna", "dense 27 19 | bias 18")},
      {"must lead to 18", meta("network/anna", "dense 27 18 | bias 18 | pooling 9 2 3 1")},
      {"'what'", meta("network/anna", "what")},
      {"network_looks = 1001", meta("network_looks/anna", "1001")},
      {"tensor 'network_sdr/anna' is 4 × 4, must be 5 × 4", meta("network_looks/anna", "5")},
      {"network_sdr has -1 in column 0", first_of("network_sdr/anna", -1)},
      {"network_sdr has nan in column 0",
       first_of("network_sdr/anna", std::numeric_limits<float>::quiet_NaN())},
      {"changes the number of frames",
       meta("network/anna", "dense 27 18 | bias 18 | pooling 9 2 1 3")},
      {"2 sources have 4 tensors", meta("place/anna", "1")},
      {"network_context/ben", meta("place/ben", "0")},
      {"place", meta("place/ben", "8")},
      {"finite", first_of("network/1/0/anna", std::numeric_limits<float>::infinity())},
  }));
  const test::TemporaryFolder folder;
  test::ModelParts parts = test::take_apart(mask_model());
  Json header = Json::parse(parts.header);
  header["__metadata__"]["sha256"] = std::string(64, '0');
  damage(header, parts.data);
  parts.header = header.dump();
  check_refused(folder, test::put_together(parts), fault);
}

TEST_CASE("A model made by hand with more metadata and other white space loads") {
  const test::TemporaryFolder folder;
  test::ModelParts parts = test::take_apart(small_model());
  Json header = Json::parse(parts.header);
  header["__metadata__"]["sha256"] = std::string(64, '0');
  header["__metadata__"]["comment"] = "an entry that a later version may add";
  parts.header = header.dump() + "   ";
  test::write_bytes(folder / "by hand", test::put_together(parts));
  CHECK(load_models(folder / "by hand").size() == 2);
}

TEST_CASE("Headers that are no headers are refused") {
  const std::string tensor = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  std::string crowd = "{";
  for (int i = 0; i < 90000; ++i) crowd += fmt::format("\"{}\":{{}},", i);
  const auto [fault, header] = GENERATE_COPY(table<std::string, std::string>({
      {"does not begin with '{'", ""},
      {"does not begin with '{'", "   "},
      {"does not begin with '{'", "[]"},
      {"does not begin with '{'", "\xEF\xBB\xBF{}"},
      {"not an nmfsep model", "{}"},
      {"not JSON", "{"},
      {"not JSON", "{}{}"},
      {"not JSON", "{'a':1}"},
      {"not JSON", "{\"a\":NaN}"},
      {"not JSON", "{\"a\":1e999}"},
      {"not JSON", "{\"a\":\"\\ud800\"}"},
      {"not UTF-8", "{\"caf\xe9\":{}}"},
      {"has 'a' twice", fmt::format("{{\"a\":{0},\"a\":{0}}}", tensor)},
      {"has 'a' twice", fmt::format("{{\"a\":{0},\"\\u0061\":{0}}}", tensor)},
      {"has 'k' twice", R"({"__metadata__":{"k":"1","k":"1"}})"},
      {"has 'shape' twice", R"({"a":{"shape":[1],"shape":[2]}})"},
      {"__metadata__ is not an object", R"({"__metadata__":[]})"},
      {"not an nmfsep model", fmt::format("{{\"weights\":{}}}", tensor)},
      {"not an nmfsep model", R"({"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})"},
      {"nests deeper", std::string(500000, '[').replace(0, 5, "{\"a\":")},
      {"nests deeper", "{\"a\":{\"b\":{\"c\":{}}}}"},
      {"not JSON", crowd},
      {"'0' has no dtype", crowd + "\"x\":{}}"},
      {fmt::format("'{}…'", std::string(120, 'n')), "{\"" + std::string(9999, 'n') + "\":1}"},
  }));
  const test::TemporaryFolder folder;
  check_refused(folder, test::put_together({header, "data"}), fault);
}

TEST_CASE("A header's length is checked before memory is asked for") {
  const auto [length, fault] = GENERATE(table<std::uint64_t, std::string>({
      {100, "would be 100 bytes long, but 20 follow"},
      {~std::uint64_t{0}, "would be 18446744073709551615 bytes long"},
      {std::uint64_t{1} << 40U, "would be 1099511627776 bytes long"},
  }));
  const test::TemporaryFolder folder;
  check_refused(folder, test::length_prefix(length) + std::string(20, ' '), fault);
  check_refused(folder, test::length_prefix((1U << 20U) + 1) + std::string((1U << 20U) + 1, ' '),
                "more than 1048576");
}

TEST_CASE("What is no model file at all is named") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_WITH(load_models(folder / "missing"), contains("missing': no such file"));
  CHECK_THROWS_WITH(load_models(folder.path()), contains("not a file"));
  CHECK_THROWS_WITH(load_models("/dev/zero"), contains("not a file"));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(load_models(folder / "pipe"), contains("not a file"));
  check_refused(folder, "", "0 bytes are too few");
  check_refused(folder, "RIFF1234WAVEfmt ", "it is an audio file");
  check_refused(folder, "PK345678 no model", "bytes long, but");
}
