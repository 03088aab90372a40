#include <fmt/format.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "files/text_file.hpp"
#include "flags/commands.hpp"
#include "json/json_output.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "separate/batch/manifest.hpp"

namespace nmfsep::cli {
namespace {

class ManifestCommand final : public Command {
 public:
  explicit ManifestCommand(Flags& parent)
      : Command(parent, "manifest", "Put the manifests of several runs into one") {
    app()
        .add_option("action", action_, "merge: one manifest that says all that these say")
        ->required()
        ->one_of({"merge"})
        ->type_name("merge");
    app()
        .add_option("manifests", parts_, "Manifests of separate --manifest")
        ->required()
        ->type_name("FILE");
    app()
        .add_option("-o,--output", output_, "The manifest to write")
        ->required()
        ->type_name("FILE");
    add_shared_flags();
    app().footer(
        "Example:\n"
        "  nmfsep separate archive/ -m band.safetensors -o stems/ --shard 1/2 \\\n"
        "      --manifest part1.jsonl\n"
        "  nmfsep separate archive/ -m band.safetensors -o stems/ --shard 2/2 \\\n"
        "      --manifest part2.jsonl\n"
        "  nmfsep manifest merge part1.jsonl part2.jsonl -o stems.jsonl");
  }

 private:
  int execute(Console& console) override {
    check_outputs(parts_, {output_});
    PendingFile file(output_, overwrite());
    JsonOutput json(json_target(), overwrite());
    std::vector<Json> records;
    for (const std::string& part : parts_)
      for (Json& record : Manifest::read_records(part)) records.push_back(std::move(record));
    std::string text;
    std::map<std::string, int> counts{{"done", 0}, {"failed", 0}, {"begun", 0}};
    for (const Json& record : last_words(std::move(records))) {
      text += record.dump() + "\n";
      ++counts[record["status"].get<std::string>()];
    }
    write_text(file, text);
    if (!json.takes_stdout())
      console.out() << fmt::format("{}: {} done, {} failed, {} begun, of {} manifests\n",
                                   printable(output_), counts["done"], counts["failed"],
                                   counts["begun"], parts_.size());
    json.write({{"format", "nmfsep-manifest-merge"},
                {"version", 1},
                {"manifest", output_},
                {"parts", parts_},
                {"done", counts["done"]},
                {"failed", counts["failed"]},
                {"begun", counts["begun"]}},
               console);
    return 0;
  }

  std::string action_, output_;
  std::vector<std::string> parts_;
};

}  // namespace

std::unique_ptr<Command> make_manifest(Flags& app) {
  return std::make_unique<ManifestCommand>(app);
}

}  // namespace nmfsep::cli
