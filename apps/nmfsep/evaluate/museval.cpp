#include "evaluate/museval.hpp"

#include <fmt/format.h>

#include "json/json_output.hpp"

namespace nmfsep::cli {
namespace {

/// Rounded as decimal numbers are, half to even.
std::string five_decimals(const Score& score) {
  return score ? fmt::format("{:.5f}", *score) : "NaN";
}

/// As Python writes a float.
std::string seconds(double value) { return Json(value).dump(); }

std::string frame_text(std::size_t index, const FrameScores& frame, const ScoreOptions& options) {
  const double hop = options.window > 0.0 ? options.hop : 0.0;
  return fmt::format(
      R"(        {{
          "time": {},
          "duration": {},
          "metrics": {{
            "SDR": {},
            "SIR": {},
            "SAR": {},
            "ISR": {}
          }}
        }})",
      seconds(static_cast<double>(index) * hop),
      seconds(options.window > 0.0 ? options.window : frame.duration),
      five_decimals(frame.scores.sdr), five_decimals(frame.scores.sir),
      five_decimals(frame.scores.sar), five_decimals(frame.scores.isr));
}

std::string target_text(const SourceScores& source, const ScoreOptions& options) {
  std::string frames;
  for (std::size_t f = 0; f < source.frames.size(); ++f)
    frames += (f == 0 ? "\n" : ",\n") + frame_text(f, source.frames[f], options);
  return fmt::format("    {{\n      \"name\": {},\n      \"frames\": [{}\n      ]\n    }}",
                     Json(source.name).dump(-1, ' ', true, Json::error_handler_t::replace), frames);
}

}  // namespace

std::string museval_document(const TrackScores& track, const ScoreOptions& options) {
  std::string targets;
  for (const SourceScores& source : track.sources)
    targets += (targets.empty() ? "\n" : ",\n") + target_text(source, options);
  return fmt::format("{{\n  \"targets\": [{}\n  ],\n  \"museval_version\": \"0.4.1\"\n}}\n",
                     targets);
}

}  // namespace nmfsep::cli
