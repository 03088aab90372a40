// Two lines, a pattern and what its fields hold. Any name that comes of it must stay in its folder.
#include <algorithm>

#include "files/name_template.hpp"
#include "fuzz/target.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep::test {
namespace {

void check(const std::filesystem::path& name) {
  const std::string text = name.native();
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (name.empty() || name.is_absolute() || has_control) report_find(text);
  for (const auto& part : name)
    if (part == ".." || part == "." || part.empty() || part.native().size() > 255)
      report_find(text);
}

}  // namespace

std::vector<std::string> seeds() {
  return {"{folder}/{track}/{source}.{ext}\nsong",
          "{parent} {index}-{{{source}}}\na/b",
          "{}\nx",
          "{track\ny",
          "..\n.",
          "{folder}\n..",
          "{source}/\n",
          "/{track}\n/",
          "{track}\n\x1b[2J",
          std::string(300, 'x') + "\ny"};
}

}  // namespace nmfsep::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nmfsep;
  const std::string input(reinterpret_cast<const char*>(bytes), size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string value = input.substr(std::min(end + 1, input.size()));
  try {
    const cli::NameTemplate names(input.substr(0, end));
    test::check(names.name({value, value, value, "1", value, "wav"}));
  } catch (const InvalidArgument&) {
  }
  return 0;
}
