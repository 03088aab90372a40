#pragma once

#include <mutex>
#include <optional>

#include "paint/http.hpp"
#include "paint/paint_folder.hpp"
#include "paint/session.hpp"

namespace nmfsep::cli {

/// What each request of the page means. May be called from many threads.
class PaintRoutes {
 public:
  struct Opening {
    double strength = 5;  ///< that the page begins with
    bool is_demo = false;
    Json strokes = nullptr;  ///< of the project that was opened; or null
    bool was_saved = false;
  };

  /// All must outlive it.
  PaintRoutes(Session& session, PaintFolder& folder, Opening opening, Console& console);

  HttpAnswer operator()(const HttpRequest& request);

 private:
  HttpAnswer get(const HttpRequest& request);
  HttpAnswer post(const HttpRequest& request);
  HttpAnswer layer(const HttpRequest& request, const std::string& name, const std::string& what);
  Json session_facts();
  Json state(const HttpRequest& request);
  Json project();
  HttpAnswer take_marks(const Json& body, Session::Clock::time_point came);
  Json save(const Json& body);
  Json export_stems();

  Session& session_;
  PaintFolder& folder_;
  Opening opening_;
  Console& console_;
  std::mutex mutex_;  ///< guards opening_
  std::mutex folder_mutex_;
};

}  // namespace nmfsep::cli
