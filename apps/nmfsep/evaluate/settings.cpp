#include "evaluate/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// The settings of published campaigns, which the other flags then change.
ScoreOptions preset(const std::string& name) {
  if (name == "museval") return museval_options();
  if (name == "mdx") return mdx_options();
  return {};
}

template <typename Named>
std::string names_of(const Named& all, const char* between) {
  std::vector<std::string_view> names;
  for (const auto& one : all) names.push_back(name_of(one));
  return fmt::format("{}", fmt::join(names, between));
}

/// "sdr,SI-SDR" as what `find` knows by these names.
template <typename Find>
auto parse_list(const char* flag, const std::string& list, const Find& find,
                const std::string& known) {
  std::vector<typename decltype(find(list))::value_type> result;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    const auto found = find(word);
    if (!found)
      throw InvalidArgument(fmt::format("{}: '{}' is none of {}", flag, printable(word), known));
    if (std::find(result.begin(), result.end(), *found) != result.end())
      throw InvalidArgument(fmt::format("{}: '{}' is given twice", flag, printable(word)));
    result.push_back(*found);
  }
  return result;
}

/// What --aggregate lists.
enum class Aggregated { median, mean, minimum, maximum, quartiles, deviation };

std::optional<Aggregated> aggregated_named(const std::string& word) {
  constexpr std::pair<std::string_view, Aggregated> names[] = {
      {"median", Aggregated::median}, {"mean", Aggregated::mean},
      {"min", Aggregated::minimum},   {"max", Aggregated::maximum},
      {"std", Aggregated::deviation}, {"quartiles", Aggregated::quartiles}};
  for (const auto& [name, aggregated] : names)
    if (name == word) return aggregated;
  return {};
}

std::vector<Spread> spread_of(Aggregated aggregated) {
  switch (aggregated) {
    case Aggregated::median:
      return {Spread::median};
    case Aggregated::mean:
      return {Spread::mean};
    case Aggregated::minimum:
      return {Spread::minimum};
    case Aggregated::maximum:
      return {Spread::maximum};
    case Aggregated::quartiles:
      return {Spread::lower_quartile, Spread::upper_quartile};
    case Aggregated::deviation:
      return {Spread::deviation};
  }
  return {};
}

}  // namespace

void ScoreFlags::add_to(Flags& app) {
  add_metrics(app);
  add_bss_eval(app);
  add_signals(app);
}

void ScoreFlags::add_metrics(Flags& app) {
  app.add_option("--preset", preset_,
                 "bsseval-v3 (SDR SIR SAR of sources, whole signal), museval (as SiSEC 2018: "
                 "version 4, images, 1-s frames) or mdx (the MDX challenge's SDR) "
                 "(default: bsseval-v3)")
      ->one_of({"bsseval-v3", "museval", "mdx"})
      ->type_name("bsseval-v3|museval|mdx");
  app.add_option("--metrics", metrics_,
                 fmt::format("Comma-separated, of {} (default: the preset's)",
                             names_of(all_metrics(), ", ")))
      ->type_name("LIST");
  app.add_option(
         "--oracle", oracles_,
         fmt::format("Also score what masks made from the references reach: comma-separated, of {}",
                     names_of(all_oracles(), ",")))
      ->type_name("LIST");
}

void ScoreFlags::add_bss_eval(Flags& app) {
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
}

void ScoreFlags::add_signals(Flags& app) {
  app.add_flag("--permute", permute_,
               "Find out which estimate is of which reference: the assignment with the best mean "
               "SIR, whatever the names; there may be more estimates (default: by name)");
  app.add_flag("--combine", combine_,
               "Estimates are components, as -c makes them: give each to a reference, to the best "
               "mean SDR without filters, and score the sums, whatever the names; what was found "
               "greedily and what is best of all ways are both said");
  app.add_flag("--zero-mean", zero_mean_,
               "Take the mean off all signals before si_sdr, si_sir, si_sar, sd_sdr and srr");
  app.add_option("--aggregate", aggregate_,
                 "median or mean, of frames and then of tracks (default: the preset's), and after "
                 "a comma how tracks are spread: min, max, quartiles, std")
      ->type_name("LIST");
  app.add_option("--align", align_,
                 "Where lengths differ: pad estimates with zeros or cut them "
                 "(pad), or cut all to the shortest (trim) (default: refuse)")
      ->one_of({"pad", "trim"})
      ->type_name("pad|trim");
  add_incomplete_flag(app, take_what_is_there_);
  app.add_flag("--frame-scores", frames_, "Also write the scores of each frame to JSON and CSV");
}

void ScoreFlags::set_frames(ScoreOptions& options) const {
  const auto check = [](const char* flag, double seconds) {
    if (!(seconds >= 0.001 && seconds <= 1e6))
      throw InvalidArgument(fmt::format("{} = {}, must be 0.001 to 1e6 seconds", flag, seconds));
  };
  if (window_) options.window = options.hop = *window_;
  if (hop_) options.hop = *hop_;
  if (options.window != 0.0) check("--frame", options.window);
  if (hop_ || options.window != 0.0) check("--hop", options.hop);
  if (hop_ && options.window == 0.0)
    throw InvalidArgument("--hop: the whole signal is one frame; give --frame too");
}

void ScoreFlags::set_bss(ScoreOptions& options) const {
  if (!criteria_.empty())
    options.bss.criteria = criteria_ == "images" ? BssCriteria::images : BssCriteria::sources;
  if (!filters_.empty())
    options.bss.filters = filters_ == "signal" ? BssFilters::whole_signal : BssFilters::per_frame;
  if (filter_length_ < 1 || filter_length_ > 65536)
    throw InvalidArgument(
        fmt::format("--filter-length = {}, must be from 1 to 65536", filter_length_));
  options.bss.filter_length = filter_length_;
  options.bss.permute = permute_;
  if (options.wants(Metric::isr) && options.bss.criteria == BssCriteria::sources)
    throw InvalidArgument(
        "--metrics: isr is a ratio of images, and there is none of sources; pass --criteria images "
        "or --preset museval");
}

void ScoreFlags::set_aggregates(ScoreSettings& settings) const {
  if (aggregate_.empty()) return;
  const auto list = parse_list("--aggregate", aggregate_, aggregated_named,
                               "median, mean, min, max, quartiles, std");
  if (list.empty()) return;
  const bool statistic = list[0] == Aggregated::mean || list[0] == Aggregated::median;
  if (statistic)
    settings.options.statistic = list[0] == Aggregated::mean ? Statistic::mean : Statistic::median;
  for (std::size_t i = statistic ? 1 : 0; i < list.size(); ++i)
    for (const Spread spread : spread_of(list[i])) settings.spread.push_back(spread);
}

ScoreSettings ScoreFlags::settings(bool for_museval) const {
  ScoreSettings settings;
  ScoreOptions& options = settings.options = preset(preset_);
  if (!metrics_.empty())
    options.metrics =
        parse_list("--metrics", metrics_, metric_named, names_of(all_metrics(), ", "));
  if (!oracles_.empty())
    options.oracles = parse_list("--oracle", oracles_, oracle_named, names_of(all_oracles(), ", "));
  if (for_museval && !options.wants_frames()) {
    const ScoreOptions museval = museval_options();
    options.bss = museval.bss;
    options.window = museval.window;
    options.hop = museval.hop;
  }
  options.frames = for_museval;
  options.zero_mean = zero_mean_;
  set_bss(options);
  set_frames(options);
  set_aggregates(settings);
  settings.combine = combine_;
  if (combine_ && permute_)
    throw InvalidArgument(
        "--combine: finds out what is of which reference by itself; leave out "
        "--permute");
  settings.take_what_is_there = take_what_is_there_;
  if (!align_.empty()) settings.align = align_ == "pad" ? Align::pad : Align::trim;
  settings.frame_scores = frames_;
  return settings;
}

}  // namespace nmfsep::cli
