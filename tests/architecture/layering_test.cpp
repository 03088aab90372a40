// Reads the tables of docs/architecture.md and the sources, and compares them.
#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"

namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;

const fs::path root = nmfsep::test::project_folder();

/// Every match of `pattern`'s first group.
Names all_matches(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  Names found;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
    found.push_back((*match)[1]);
  return found;
}

/// The rows of all tables of `page` whose header begins with `first_heading`: from the name in the
/// first cell to the words of the last one.
std::map<std::string, Names> table(const std::string& page, const std::string& first_heading) {
  std::map<std::string, Names> rows;
  std::istringstream lines(page);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| " + first_heading + " |")) inside = true;
    if (!line.starts_with('|')) inside = false;
    std::smatch row;
    if (inside && std::regex_match(line, row, std::regex(R"(\| `([^`]+)` \|(?:.*\|)? ([^|]+) \|)")))
      rows[row[1]] = all_matches(row[2], R"(([^ ,]+))");
  }
  return rows;
}

/// What the architecture page allows.
struct Rules {
  std::map<std::string, Names> arrows;    ///< module → modules that it may include
  std::map<std::string, Names> gateways;  ///< beginning of a library's header → its only files
  Names kinds;                            ///< folders of kinds, which only `sources` may name
};

/// The folders of `sources` that declare a kind.
Names kinds_of_sources() {
  Names kinds;
  for (const auto& entry : fs::recursive_directory_iterator(root / "include/nmfsep/sources"))
    if (entry.path().extension() == ".hpp" &&
        nmfsep::test::read_bytes(entry.path()).find("extern const SourceKind") != std::string::npos)
      kinds.push_back(entry.path().parent_path().filename().string());
  return kinds;
}

Rules documented_rules() {
  const std::string page = nmfsep::test::read_bytes(root / "docs/architecture.md");
  return {table(page, "module"), table(page, "header"), kinds_of_sources()};
}

/// A source file, by its path from the root with '/'.
struct Source {
  std::string path;
  std::string text;

  bool is_private() const { return path.starts_with("src/"); }
  bool is_app() const { return path.starts_with("apps/"); }

  /// "core" of "src/core/text.cpp", "apps" of "apps/nmfsep/main.cpp".
  std::string module() const {
    if (is_app()) return "apps";
    if (path.starts_with("python/")) return "python";
    return all_matches(path, R"(^(?:include/nmfsep|src)/([^/]+)/)").at(0);
  }
};

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether the program, too, may include this library in the files that are named alone. Of others
/// it asks for the version.
bool holds_for_apps(const std::string& library) {
  return library == "CLI/" || library == "nlohmann/" || library == "mpi.h";
}

/// What `source` does against `rules`, a sentence each.
Names violations(const Source& source, const Rules& rules) {
  Names found;
  const auto object = [&](const std::string& what) { found.push_back(source.path + " " + what); };
  const std::string module = source.module();
  const auto allowed = rules.arrows.find(module);
  if (allowed == rules.arrows.end()) return {source.path + " is of a module without a row"};
  for (const std::string& header : all_matches(source.text, R"(#include +["<]([^">]+)[">])")) {
    const std::string ours = header.starts_with("nmfsep/") ? header.substr(7) : header;
    const std::string other = ours.substr(0, ours.find('/'));
    const bool of_module = ours != other && rules.arrows.count(other) == 1 && other != module;
    if (of_module && ours == header) object("includes a private header, " + header);
    if (of_module && !has(allowed->second, other)) object("includes " + header);
    for (const auto& [library, gateway] : rules.gateways)
      if (header.starts_with(library) && (!source.is_app() || holds_for_apps(library)) &&
          !has(gateway, source.path))
        object("includes " + header);
  }
  for (const std::string& kind : rules.kinds)
    if (module != "sources" && source.text.find("sources/" + kind + "/") != std::string::npos)
      object("names a kind of source, " + kind);
  if (!source.is_app() &&
      std::regex_search(source.text,
                        std::regex(R"(<iostream>|<cstdio>|<print>|std::(cout|cerr|clog)|\bputs\(|)"
                                   R"(\bf?printf\(|fmt::print\()")))
    object("prints");
  return found;
}

std::vector<Source> all_sources() {
  std::vector<Source> sources;
  for (const char* folder : {"include", "src", "apps", "python"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp")
        sources.push_back({fs::relative(entry.path(), root).generic_string(),
                           nmfsep::test::read_bytes(entry.path())});
  return sources;
}

}  // namespace

TEST_CASE("No include points against the architecture") {
  const Rules rules = documented_rules();
  const std::vector<Source> sources = all_sources();
  CHECK(sources.size() > 40);
  Names found;
  for (const Source& source : sources)
    for (const std::string& violation : violations(source, rules)) found.push_back(violation);
  CHECK(found == Names{});
}

TEST_CASE("Every module has its row in the architecture's table, and every row its module") {
  std::set<std::string> modules;
  for (const Source& source : all_sources()) modules.insert(source.module());
  std::set<std::string> rows;
  for (const auto& [module, allowed] : documented_rules().arrows) rows.insert(module);
  CHECK(rows == modules);
}

TEST_CASE("Arrows of the architecture's table form no circle") {
  auto arrows = documented_rules().arrows;
  for (bool removed = true; removed;) {
    removed = false;
    for (auto row = arrows.begin(); row != arrows.end(); ++row) {
      const bool leaf = std::none_of(row->second.begin(), row->second.end(),
                                     [&](const auto& name) { return arrows.count(name) == 1; });
      if (!leaf) continue;
      arrows.erase(row);
      removed = true;
      break;
    }
  }
  CHECK(arrows.empty());
}

TEST_CASE("Each library enters through the files that the architecture names") {
  const auto gateways = documented_rules().gateways;
  CHECK(gateways.size() >= 5);
  for (const auto& [library, files] : gateways) {
    CAPTURE(library);
    REQUIRE_FALSE(files.empty());
    for (const std::string& file : files)
      CHECK_THAT(nmfsep::test::read_bytes(root / file), contains("#include <" + library));
  }
}

TEST_CASE("A wrong include is noticed") {
  const Rules rules = documented_rules();
  const auto [path, text, complaint] =
      GENERATE(Catch::Generators::table<std::string, std::string, std::string>({
          {"src/nmf/a.cpp", "#include \"nmfsep/audio/audio_buffer.hpp\"",
           "src/nmf/a.cpp includes nmfsep/audio/audio_buffer.hpp"},
          {"include/nmfsep/core/a.hpp", "#include <nmfsep/stft/stft.hpp>",
           "include/nmfsep/core/a.hpp includes nmfsep/stft/stft.hpp"},
          {"src/separation/a.cpp", "#include \"masking/tile.hpp\"",
           "src/separation/a.cpp includes a private header, masking/tile.hpp"},
          {"apps/nmfsep/a.cpp", "#include \"sources/safetensors.hpp\"",
           "apps/nmfsep/a.cpp includes a private header, sources/safetensors.hpp"},
          {"apps/nmfsep/a.cpp", "#include <CLI/CLI.hpp>", "apps/nmfsep/a.cpp includes CLI/CLI.hpp"},
          {"apps/nmfsep/a.hpp", "#include <nlohmann/json.hpp>",
           "apps/nmfsep/a.hpp includes nlohmann/json.hpp"},
          {"apps/nmfsep-mpi/a.cpp", "#include <mpi.h>", "apps/nmfsep-mpi/a.cpp includes mpi.h"},
          {"src/masking/a.cpp", "#include  <fftw3.h>", "src/masking/a.cpp includes fftw3.h"},
          {"include/nmfsep/sources/a.hpp", "#include <nlohmann/json.hpp>",
           "include/nmfsep/sources/a.hpp includes nlohmann/json.hpp"},
          {"src/newcomer/a.cpp", "", "src/newcomer/a.cpp is of a module without a row"},
          {"apps/nmfsep/a.cpp", "#include \"nmfsep/sources/autoencoder/autoencoder.hpp\"",
           "apps/nmfsep/a.cpp names a kind of source, autoencoder"},
          {"python/src/a.cpp", "#include \"nmfsep/onsets/onset_detector.hpp\"",
           "python/src/a.cpp includes nmfsep/onsets/onset_detector.hpp"},
          {"python/src/a.cpp", "#include <sndfile.h>", "python/src/a.cpp includes sndfile.h"},
          {"src/core/a.cpp", "std::cerr << 1;", "src/core/a.cpp prints"},
          {"src/core/a.cpp", "printf(\"\");", "src/core/a.cpp prints"},
      }));
  CHECK(violations({path, text}, rules) == Names{complaint});
}

TEST_CASE("A right include passes") {
  const Source source{"src/sources/a.cpp",
                      "#include \"nmfsep/stft/stft.hpp\"\n#include \"sources/safetensors.hpp\"\n"
                      "#include \"neighbour.hpp\"\n#include <vector>\nsnprintf(\n"};
  CHECK(violations(source, documented_rules()) == Names{});
}
