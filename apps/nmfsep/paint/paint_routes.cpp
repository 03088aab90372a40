#include "paint/paint_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "paint/page_parts.hpp"
#include "paint/wav_bytes.hpp"

namespace nmfsep::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_poll = 10s;

HttpAnswer json_answer(const Json& json, int status = 200) {
  return {status, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

HttpAnswer refusal(int status, const std::string& what) {
  return json_answer({{"error", what}}, status);
}

/// A whole number of the query, `usual` where it is not there.
Index number_of(const HttpRequest& request, const std::string& key, Index usual) {
  const auto found = request.query.find(key);
  if (found == request.query.end()) return usual;
  const auto number = parse_number<std::int64_t>(found->second);
  if (!number)
    throw InvalidArgument(
        fmt::format("{} = '{}', must be a whole number", key, printable(found->second)));
  return static_cast<Index>(*number);
}

std::string title_of(const std::filesystem::path& mixture) {
  return printable(mixture.filename().native());
}

}  // namespace

PaintRoutes::PaintRoutes(Session& session, PaintFolder& folder, Opening opening, Console& console)
    : session_(session), folder_(folder), opening_(std::move(opening)), console_(console) {}

HttpAnswer PaintRoutes::operator()(const HttpRequest& request) {
  return request.method == "POST" ? post(request) : get(request);
}

HttpAnswer PaintRoutes::get(const HttpRequest& request) {
  if (request.path == "session") return json_answer(session_facts());
  if (request.path == "state") return json_answer(state(request));
  if (request.path == "project") return json_answer(project());
  const std::string wanted = request.path.empty() ? "page.html" : request.path;
  for (const PagePart& part : page_parts())
    if (part.name == wanted) return {200, part.type, part.text};
  for (const std::string what : {"audio", "spectrogram"}) {
    const std::string begin = "layers/";
    const std::string end = "/" + what;
    if (request.path.size() > begin.size() + end.size() && request.path.starts_with(begin) &&
        request.path.ends_with(end))
      return layer(
          request,
          request.path.substr(begin.size(), request.path.size() - begin.size() - end.size()), what);
  }
  return refusal(404, "there is nothing of that name");
}

HttpAnswer PaintRoutes::post(const HttpRequest& request) {
  if (request.path == "export") return json_answer(export_stems());
  if (request.path != "marks" && request.path != "project")
    return refusal(404, "nothing of that name takes anything");
  const auto came = Session::Clock::now();
  const std::optional<Json> body = parsed(request.body);
  if (!body) return refusal(400, "the body is no JSON, or nests too deeply");
  return request.path == "marks" ? take_marks(*body, came) : json_answer(save(*body));
}

HttpAnswer PaintRoutes::layer(const HttpRequest& request, const std::string& name,
                              const std::string& what) {
  const PaintedMixture& mixture = session_.mixture();
  const Layers layers = session_.layers();
  const AudioBuffer* audio = name == "mixture" ? &mixture.audio : nullptr;
  const std::string* levels = name == "mixture" ? &mixture.levels : nullptr;
  for (const auto& one : layers)
    if (audio == nullptr && one->name == name) {
      audio = &one->audio;
      levels = &one->levels;
    }
  if (audio == nullptr)
    return refusal(404, layers.empty() ? "nothing is separated yet; wait for the first version"
                                       : "there is no layer of that name");
  if (what == "audio") return {200, "audio/wav", wav_bytes(*audio)};
  const Index from = std::clamp<Index>(number_of(request, "from", 0), 0, mixture.frames());
  const Index to =
      std::clamp<Index>(number_of(request, "to", mixture.frames()), from, mixture.frames());
  return {200, "application/octet-stream",
          levels->substr(static_cast<std::size_t>(from * mixture.bins()),
                         static_cast<std::size_t>((to - from) * mixture.bins()))};
}

Json PaintRoutes::session_facts() {
  const PaintedMixture& mixture = session_.mixture();
  Json sources = Json::array();
  for (const std::string& name : session_.names()) {
    const auto& learnt = session_.job().learnt;
    const bool is_learnt = std::any_of(learnt.begin(), learnt.end(),
                                       [&](const LearntSource& one) { return one.name == name; });
    sources.push_back({{"name", name}, {"learnt", is_learnt}});
  }
  const SessionState state = session_.wait(-1, 0s);
  const std::lock_guard lock(mutex_);
  return {{"title", title_of(mixture.path)},
          {"rate", mixture.analysis.sample_rate},
          {"duration", mixture.audio.seconds()},
          {"channels", mixture.channels()},
          {"bins", mixture.bins()},
          {"frames", mixture.frames()},
          {"hop", mixture.analysis.stft.hop},
          {"window", mixture.analysis.stft.fft_size},
          {"sources", sources},
          {"strength", opening_.strength},
          {"floor_db", floor_db},
          {"version", state.version},
          {"demo", opening_.is_demo},
          {"saved", opening_.was_saved}};
}

Json PaintRoutes::state(const HttpRequest& request) {
  const SessionState state = session_.wait(number_of(request, "after", -1), longest_poll);
  return {{"news", state.news},
          {"version", state.version},
          {"busy", state.busy},
          {"stage", state.stage},
          {"progress", state.progress},
          {"milliseconds", state.milliseconds},
          {"warnings", state.warnings},
          {"error", state.error.empty() ? Json(nullptr) : Json(state.error)}};
}

Json PaintRoutes::project() {
  const std::lock_guard lock(mutex_);
  return {{"strokes", opening_.strokes}, {"strength", opening_.strength}};
}

HttpAnswer PaintRoutes::take_marks(const Json& body, Session::Clock::time_point came) {
  const PaintedMixture& mixture = session_.mixture();
  Marks marks = marks_from(body, mixture.frames(), mixture.bins());
  return json_answer({{"job", session_.mark(std::move(marks), came)}}, 202);
}

Json PaintRoutes::save(const Json& body) {
  const PaintedMixture& mixture = session_.mixture();
  const Marks marks = marks_from(body, mixture.frames(), mixture.bins());
  session_.require_sources(marks);
  const Json strokes = body.contains("strokes") ? body["strokes"] : Json(nullptr);
  const std::lock_guard lock(folder_mutex_);
  const auto files = folder_.save(session_, marks, strokes, console_);
  const std::lock_guard lock_opening(mutex_);
  opening_.strokes = strokes;
  opening_.strength = marks.strength;
  opening_.was_saved = true;
  return {{"folder", folder_.path().string()}, {"files", files}};
}

Json PaintRoutes::export_stems() {
  const std::lock_guard lock(folder_mutex_);
  const auto files = folder_.export_to(session_, console_);
  return {{"folder", folder_.path().string()}, {"files", files}};
}

}  // namespace nmfsep::cli
