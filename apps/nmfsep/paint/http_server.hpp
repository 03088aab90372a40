#pragma once

#include <memory>
#include <string>

#include "paint/http.hpp"

namespace nmfsep::cli {

/// Serves this machine alone, on 127.0.0.1, whoever knows the token in the address. Connections,
/// their idle time and bodies are limited; answers may not be kept by caches, and the page may load
/// nothing from elsewhere.
class HttpServer {
 public:
  /// Serves from now on. `handler` is called from some threads, beside itself; what it throws
  /// becomes an answer with {"error"}. Port 0 is any that is free. Throws Error for one that is
  /// not.
  HttpServer(int port, HttpHandler handler);
  /// Waits for handlers that are at work.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// "http://127.0.0.1:PORT/TOKEN/".
  std::string address() const;

 private:
  class Daemon;
  std::unique_ptr<Daemon> daemon_;
};

}  // namespace nmfsep::cli
