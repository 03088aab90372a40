#pragma once

#include <functional>
#include <map>
#include <string>

namespace nmfsep::cli {

/// What a page asks for.
struct HttpRequest {
  std::string method;                        ///< "GET" or "POST"
  std::string path;                          ///< below the token, decoded: "layers/voice/audio"
  std::map<std::string, std::string> query;  ///< decoded
  std::string body;
};

struct HttpAnswer {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
};

using HttpHandler = std::function<HttpAnswer(const HttpRequest&)>;

}  // namespace nmfsep::cli
