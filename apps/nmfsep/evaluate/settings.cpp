#include "evaluate/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "evaluate/oracle.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// The settings of published campaigns, which the other flags then change.
ScoreSettings preset(const std::string& name) {
  ScoreSettings settings;
  if (name == "museval") {
    settings.metrics = {"sdr", "isr", "sir", "sar"};
    settings.bss.criteria = BssCriteria::images;
    settings.bss.filters = BssFilters::whole_signal;
    settings.bss.undefined_together = true;
    settings.window = settings.hop = 1.0;
  } else if (name == "mdx") {
    settings.metrics = {"mdx_sdr"};
    settings.statistic = Statistic::mean;
  } else {
    settings.metrics = {"sdr", "sir", "sar"};
  }
  return settings;
}

/// "sdr,SI-SDR" as names of those that are known.
std::vector<std::string> parse_names(const char* flag, const std::string& list,
                                     const std::vector<std::string>& known) {
  std::vector<std::string> names;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) {
      return c == '-' ? '_' : static_cast<char>(std::tolower(c));
    });
    if (std::find(known.begin(), known.end(), word) == known.end())
      throw InvalidArgument(
          fmt::format("{}: '{}' is none of {}", flag, printable(word), fmt::join(known, ", ")));
    if (std::find(names.begin(), names.end(), word) != names.end())
      throw InvalidArgument(fmt::format("{}: '{}' is given twice", flag, printable(word)));
    names.push_back(word);
  }
  return names;
}

std::vector<std::string> all_oracles() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : oracles()) names.push_back(name);
  return names;
}

}  // namespace

void ScoreFlags::add_to(Flags& app) {
  app.add_option("--preset", preset_,
                 "bsseval-v3 (SDR SIR SAR of sources, whole signal), museval (as SiSEC 2018: "
                 "version 4, images, 1-s frames) or mdx (the MDX challenge's SDR) "
                 "(default: bsseval-v3)")
      ->one_of({"bsseval-v3", "museval", "mdx"})
      ->type_name("bsseval-v3|museval|mdx");
  app.add_option("--metrics", metrics_,
                 fmt::format("Comma-separated, of {} (default: the preset's)",
                             fmt::join(all_metrics(), ", ")))
      ->type_name("LIST");
  app.add_option("--oracle", oracles_,
                 fmt::format("Also score what masks made from the references reach: "
                             "comma-separated, of {}",
                             fmt::join(all_oracles(), ",")))
      ->type_name("LIST");
  app.add_option("--criteria", criteria_,
                 "sources (any filtering is forgiven) or images (default: the preset's)")
      ->one_of({"sources", "images"})
      ->type_name("sources|images");
  app.add_option("--filters", filters_,
                 "Fit distortion filters to each frame or to the whole signal: frame or signal "
                 "(default: the preset's)")
      ->one_of({"frame", "signal"})
      ->type_name("frame|signal");
  app.add_option("--frame", window_,
                 "Seconds a frame; 0 scores the whole signal at once (default: the preset's)")
      ->type_name("S");
  app.add_option("--hop", hop_, "Seconds from frame to frame (default: the length of a frame)")
      ->type_name("S");
  app.add_option("--filter-length", filter_length_,
                 "Taps of the distortion filters; 1 allows gains only (default: 512)")
      ->type_name("N");
  app.add_flag("--permute", permute_,
               "Find the assignment of estimates with the best mean SIR (default: by name)");
  app.add_option("--aggregate", statistic_,
                 "median or mean, of frames and then of tracks (default: the preset's)")
      ->one_of({"median", "mean"})
      ->type_name("median|mean");
  app.add_option("--align", align_,
                 "Where lengths differ: pad estimates with zeros or cut them (pad), or cut all to "
                 "the shortest (trim) (default: refuse)")
      ->one_of({"pad", "trim"})
      ->type_name("pad|trim");
  app.add_flag("--frame-scores", frames_, "Also write the scores of each frame to JSON and CSV");
}

void ScoreFlags::set_frames(ScoreSettings& settings) const {
  const auto check = [](const char* flag, double seconds) {
    if (!(seconds >= 0.001 && seconds <= 1e6))
      throw InvalidArgument(fmt::format("{} = {}, must be 0.001 to 1e6 seconds", flag, seconds));
  };
  if (window_) settings.window = settings.hop = *window_;
  if (hop_) settings.hop = *hop_;
  if (settings.window != 0.0) check("--frame", settings.window);
  if (hop_ || settings.window != 0.0) check("--hop", settings.hop);
  if (hop_ && settings.window == 0.0)
    throw InvalidArgument("--hop: the whole signal is one frame; give --frame too");
}

ScoreSettings ScoreFlags::settings() const {
  ScoreSettings settings = preset(preset_);
  if (!metrics_.empty()) settings.metrics = parse_names("--metrics", metrics_, all_metrics());
  if (!oracles_.empty()) settings.oracles = parse_names("--oracle", oracles_, all_oracles());
  if (!criteria_.empty())
    settings.bss.criteria = criteria_ == "images" ? BssCriteria::images : BssCriteria::sources;
  if (!filters_.empty())
    settings.bss.filters = filters_ == "signal" ? BssFilters::whole_signal : BssFilters::per_frame;
  if (!statistic_.empty())
    settings.statistic = statistic_ == "mean" ? Statistic::mean : Statistic::median;
  if (!align_.empty()) settings.align = align_ == "pad" ? Align::pad : Align::trim;
  set_frames(settings);
  settings.bss.filter_length = filter_length_;
  settings.bss.permute = permute_;
  settings.frames = frames_;
  settings.bss.validate();
  return settings;
}

Json to_json(const ScoreSettings& settings) {
  const bool images = settings.bss.criteria == BssCriteria::images;
  const bool shared = settings.bss.filters == BssFilters::whole_signal;
  constexpr const char* alignments[] = {"refuse", "pad", "trim"};
  return {{"metrics", settings.metrics},
          {"oracles", settings.oracles},
          {"criteria", images ? "images" : "sources"},
          {"filters", shared ? "signal" : "frame"},
          {"filter_length", settings.bss.filter_length},
          {"frame_seconds", settings.window > 0.0 ? Json(settings.window) : Json()},
          {"hop_seconds", settings.window > 0.0 ? Json(settings.hop) : Json()},
          {"permute", settings.bss.permute},
          {"undefined_together", settings.bss.undefined_together},
          {"aggregate", settings.statistic == Statistic::mean ? "mean" : "median"},
          {"align", alignments[static_cast<int>(settings.align)]},
          {"largest_score", largest_score}};
}

}  // namespace nmfsep::cli
