#include "evaluate/museval.hpp"

#include <fmt/format.h>

namespace nmfsep::cli {
namespace {

/// Rounded as decimal numbers are, half to even.
Json five_decimals(const Json& value) {
  return value.is_number() ? Json(std::stod(fmt::format("{:.5f}", value.get<double>()))) : Json();
}

Json frame_json(const Json& frame) {
  Json metrics = Json::object();
  for (const auto& [theirs, ours] :
       {std::pair{"SDR", "sdr"}, {"SIR", "sir"}, {"SAR", "sar"}, {"ISR", "isr"}})
    metrics[theirs] = five_decimals(frame.value(ours, Json()));
  return {{"time", frame["time"]}, {"duration", frame["duration"]}, {"metrics", metrics}};
}

}  // namespace

Json museval_document(const Json& track) {
  Json targets = Json::array();
  for (const Json& source : track["sources"]) {
    Json frames = Json::array();
    for (const Json& frame : source["frames"]) frames.push_back(frame_json(frame));
    targets.push_back({{"name", source["name"]}, {"frames", frames}});
  }
  return {{"targets", targets}, {"museval_version", "0.4.1"}};
}

}  // namespace nmfsep::cli
