#include "report/report_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "files/audio_inputs.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "pictures/cost_picture.hpp"
#include "pictures/spectrogram_picture.hpp"
#include "report/report_audio.hpp"
#include "report/report_dictionary.hpp"

namespace nmfsep::cli {
namespace {

constexpr int picture_width = 1000;  // pixels
constexpr int picture_height = 160;

const char* to_string(ReportTrack::Role role) {
  switch (role) {
    case ReportTrack::Role::mixture:
      return "mixture";
    case ReportTrack::Role::stem:
      return "stem";
    case ReportTrack::Role::other:
      return "other";
    case ReportTrack::Role::reference:
      return "reference";
  }
  return "";
}

std::vector<AudioBuffer> sounds_of(const ReportRequest& request, Console& console) {
  std::vector<AudioBuffer> sounds;
  for (const ReportTrack& track : request.tracks) {
    Excerpt excerpt = request.excerpt;
    excerpt.start_seconds += track.start_seconds;
    AudioReader recording =
        open_again(track.audio.empty() ? track.path : track.audio, track.take_what_is_there);
    sounds.push_back(playable_excerpt(recording, excerpt,
                                      console.progress(printable(track.path.filename().native()))));
  }
  return sounds;
}

/// The spectrograms of all sounds, with one range of dB for all of them.
std::vector<HeatMap> maps_of(const std::vector<AudioBuffer>& sounds, Console& console) {
  std::vector<HeatMap> maps;
  double loudest = -100;
  for (const AudioBuffer& sound : sounds) {
    BufferSource source(sound, "sound");
    const int rate = sound.sample_rate;
    maps.push_back(spectrogram_of(source, {{rate, StftOptions::for_sample_rate(rate)}, 0, {}},
                                  console.progress("draw")));
    loudest = std::max(loudest, static_cast<double>(maps.back().values.maxCoeff()));
  }
  for (HeatMap& map : maps) map.colour = PictureStyle().decibels(loudest);
  return maps;
}

/// The frequencies that are written on pictures, and where: 0 below, 1 above.
Json hertz_of(const Axis& axis) {
  Json marks = Json::array();
  for (const Tick& tick : axis.ticks(4))
    if (const double place = axis.place_of(tick.value); place > 0.05 && place < 0.95)
      marks.push_back({tick.label, place});
  return marks;
}

Json to_json(const Score& score) {
  return score ? Json(fmt::format("{:.2f}", *score)) : Json(std::string());
}

Json scores_head(const Values& values) {
  Json head = {"Source", "Scored"};
  for (const auto& [metric, value] : values) {
    std::string name(name_of(metric));
    for (char& c : name) c = c == '_' ? '-' : static_cast<char>(std::toupper(c));
    head.push_back(name);
  }
  return head;
}

Json scores_row(const std::string& source, const std::string& what, const Values& values) {
  Json row = {printable(source), printable(what)};
  for (const auto& [metric, value] : values) row.push_back(to_json(value));
  return row;
}

/// What the mixture scores as an estimate of the source.
Values mixture_values(const SourceScores& source) {
  Values mixture = source.values;
  for (auto& [metric, value] : mixture) {
    const auto gain = source.improvements.find(metric);
    value = gain == source.improvements.end() || !gain->second || !value
                ? Score()
                : Score(*value - *gain->second);
  }
  return mixture;
}

/// A row a source and what was scored: estimates, what masks could reach, and the mixture.
Json scores_json(const std::vector<MethodScores>& methods) {
  if (methods.empty() || methods.front().scores.sources.empty()) return nullptr;
  const std::vector<SourceScores>& sources = methods.front().scores.sources;
  Json rows = Json::array();
  for (std::size_t j = 0; j < sources.size(); ++j) {
    const SourceScores& source = sources[j];
    for (const auto& [method, scores] : methods)
      rows.push_back(scores_row(source.name, method, scores.sources[j].values));
    for (const auto& [oracle, values] : source.oracles)
      rows.push_back(scores_row(source.name, fmt::format("oracle {}", name_of(oracle)), values));
    if (!source.improvements.empty())
      rows.push_back(scores_row(source.name, "mixture", mixture_values(source)));
  }
  return {{"head", scores_head(sources.front().values)}, {"rows", std::move(rows)}};
}

/// The divergence after each look at it, as SVG for both grounds.
Json curve_json(const Json& record) {
  if (!record.contains("factorisation") || !record["factorisation"].contains("looks"))
    return nullptr;
  std::vector<Point> points;
  for (const Json& look : record["factorisation"]["looks"]) {
    if (!look.is_object() || !look.value("divergence", Json()).is_number() ||
        !look.value("iteration", Json()).is_number())
      continue;
    points.push_back({look["iteration"], look["divergence"]});
  }
  const std::optional<LineChart> chart = cost_chart(points);
  if (!chart) return nullptr;
  Figure figure;
  figure.panels = {*chart};
  Json curve = {{"light", base64(svg_of(figure))}};
  figure.theme = Theme::dark();
  curve["dark"] = base64(svg_of(figure));
  return curve;
}

}  // namespace

Json report_data(const ReportRequest& request, const std::filesystem::path& report,
                 Console& console) {
  const std::vector<AudioBuffer> sounds = sounds_of(request, console);
  const std::vector<HeatMap> maps = maps_of(sounds, console);
  const EncodedSounds encoded = encode(sounds, request.container, report);
  Json tracks = Json::array();
  for (std::size_t i = 0; i < sounds.size(); ++i) {
    const ReportTrack& track = request.tracks[i];
    Json one = {{"name", printable(track.name)}, {"role", to_string(track.role)}};
    if (track.role == ReportTrack::Role::reference || track.role == ReportTrack::Role::other)
      one["of"] = track.of;
    if (!track.method.empty()) one["method"] = printable(track.method);
    one["picture"] = base64(png_of(raster_of(maps[i], picture_width, picture_height)));
    one["audio"] = base64(encoded.files[i]);
    tracks.push_back(std::move(one));
  }
  Json facts = Json::array();
  for (const auto& [heading, text] : request.facts)
    facts.push_back({printable(heading), printable(text)});
  facts.push_back({"Sounds in this page", to_string(encoded.container)});
  return {{"format", "nmfsep-report"},
          {"version", 1},
          {"seconds", sounds.front().seconds()},
          {"sample_rate", sounds.front().sample_rate},
          {"hertz", hertz_of(maps.front().y)},
          {"tracks", std::move(tracks)},
          {"scores", scores_json(request.scores)},
          {"blind", request.blind},
          {"curve", curve_json(request.record)},
          {"dictionaries", dictionaries_json({request.models, request.activations, request.excerpt,
                                              sounds.front().seconds()})},
          {"facts", std::move(facts)}};
}

}  // namespace nmfsep::cli
