// libmicrohttpd: a C library that calls back from a thread of its own, several times a request:
// with its head, with each piece of its body, and once all is there. It decodes %XX in paths and
// queries, answers what is no HTTP by itself, and copies nothing that it is given.
#include "paint/http_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <optional>
#include <string_view>
#include <utility>

#include "json/json_output.hpp"
#include "nmfsep/core/errors.hpp"
#include "paint/request_gate.hpp"
#include "paint/request_pool.hpp"

namespace nmfsep::cli {
namespace {

constexpr unsigned most_connections = 1500;
constexpr unsigned idle_seconds = 20;            // longer than a poll of the state waits
constexpr std::size_t connection_bytes = 16384;  // for the head of a request
constexpr std::size_t worker_threads = 12;
constexpr std::size_t most_requests_waiting = 64;

constexpr std::pair<const char*, const char*> usual_headers[] = {
    {"Content-Security-Policy",
     "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:"},
    {"X-Content-Type-Options", "nosniff"},
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
};

/// A request on its way.
struct Exchange {
  HttpRequest request;
  std::optional<HttpAnswer> answer;
};

std::vector<std::string> headers_of(MHD_Connection* connection, const char* name) {
  struct Search {
    const std::string name;
    std::vector<std::string> found = {};
  } search{name};
  const auto take = [](void* to, MHD_ValueKind /*kind*/, const char* key, const char* value) {
    auto& wanted = *static_cast<Search*>(to);
    const std::string_view text = key;
    const bool is_it = std::equal(
        text.begin(), text.end(), wanted.name.begin(), wanted.name.end(),
        [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
    if (is_it) wanted.found.emplace_back(value == nullptr ? "" : value);
    return MHD_YES;
  };
  MHD_get_connection_values(connection, MHD_HEADER_KIND, take, &search);
  return search.found;
}

std::map<std::string, std::string> query_of(MHD_Connection* connection) {
  std::map<std::string, std::string> query;
  const auto take = [](void* to, MHD_ValueKind /*kind*/, const char* key, const char* value) {
    (*static_cast<std::map<std::string, std::string>*>(to))[key] = value == nullptr ? "" : value;
    return MHD_YES;
  };
  MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take, &query);
  return query;
}

RequestHead head_of(MHD_Connection* connection, const char* method, const char* path) {
  RequestHead head{method, path, headers_of(connection, "Host"), headers_of(connection, "Origin")};
  for (const std::string& length : headers_of(connection, "Content-Length"))
    head.content_length = length;
  head.is_chunked = !headers_of(connection, "Transfer-Encoding").empty();
  return head;
}

MHD_Result send(MHD_Connection* connection, HttpAnswer answer) {
  auto* body = new std::string(std::move(answer.body));
  MHD_Response* response = MHD_create_response_from_buffer_with_free_callback_cls(
      body->size(), body->data(), [](void* owned) { delete static_cast<std::string*>(owned); },
      body);
  if (response == nullptr) {
    delete body;
    return MHD_NO;
  }
  for (const auto& [name, value] : usual_headers) MHD_add_response_header(response, name, value);
  MHD_add_response_header(response, "Content-Type", answer.type.c_str());
  const MHD_Result result =
      MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return result;
}

HttpAnswer failure(int status, const std::string& what) {
  const Json json = {{"error", what}};
  return {status, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

/// What the handler answers, or what it throws.
HttpAnswer answer_of(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const InvalidArgument& error) {
    return failure(400, error.what());
  } catch (const Cancelled&) {
    return failure(503, "the server is being stopped");
  } catch (const std::bad_alloc&) {
    return failure(500, "out of memory");
  } catch (const std::exception& error) {
    return failure(500, error.what());
  }
}

}  // namespace

class HttpServer::Daemon {
 public:
  Daemon(int port, HttpHandler handler)
      : handler_(std::move(handler)), pool_(worker_threads, most_requests_waiting) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    constexpr unsigned flags =
        MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    daemon_ = MHD_start_daemon(
        flags, static_cast<std::uint16_t>(port), nullptr, nullptr, &Daemon::take_part, this,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT, most_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        connection_bytes, MHD_OPTION_NOTIFY_COMPLETED, &Daemon::end, this, MHD_OPTION_END);
    if (daemon_ == nullptr)
      throw Error(fmt::format(
          "--port {}: cannot be served on 127.0.0.1; leave it out for any that is free", port));
    const MHD_DaemonInfo* bound = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT);
    gate_.emplace(random_token(), bound == nullptr ? port : bound->port);
    is_open_ = true;
  }

  ~Daemon() {
    MHD_quiesce_daemon(daemon_);
    pool_.stop();  // what it took up resumes its connection; no connection may stay suspended
    MHD_stop_daemon(daemon_);
  }

  std::string address() const { return gate_->address(); }

 private:
  static MHD_Result take_part(void* self, MHD_Connection* connection, const char* path,
                              const char* method, const char* /*version*/, const char* data,
                              std::size_t* bytes, void** exchange) {
    try {
      return static_cast<Daemon*>(self)->take(connection, {path, method}, {data, bytes}, exchange);
    } catch (const std::exception&) {
      return MHD_NO;  // closes the connection: no exception may cross the library
    }
  }

  struct Line {
    const char* path;
    const char* method;
  };
  struct Piece {
    const char* data;
    std::size_t* bytes;
  };

  MHD_Result take(MHD_Connection* connection, Line line, Piece piece, void** kept) {
    if (!is_open_) return MHD_NO;
    auto* exchange = static_cast<Exchange*>(*kept);
    if (exchange == nullptr) {
      if (const auto refusal = gate_->refusal(head_of(connection, line.method, line.path)))
        return send(connection, *refusal);
      *kept =
          new Exchange{{line.method, *gate_->below_token(line.path), query_of(connection), ""}, {}};
      return MHD_YES;
    }
    if (*piece.bytes > 0) {
      if (exchange->request.body.size() + *piece.bytes > most_body_bytes) return MHD_NO;
      exchange->request.body.append(piece.data, *piece.bytes);
      *piece.bytes = 0;
      return MHD_YES;
    }
    if (exchange->answer) return send(connection, std::move(*exchange->answer));
    return hand_over(connection, *exchange);
  }

  MHD_Result hand_over(MHD_Connection* connection, Exchange& exchange) {
    MHD_suspend_connection(connection);
    const bool taken = pool_.submit([this, connection, &exchange] {
      exchange.answer = answer_of(handler_, exchange.request);
      MHD_resume_connection(connection);
    });
    if (taken) return MHD_YES;
    exchange.answer = failure(503, "too much is asked for at once; try again");
    MHD_resume_connection(connection);
    return MHD_YES;
  }

  static void end(void* /*self*/, MHD_Connection* /*connection*/, void** exchange,
                  MHD_RequestTerminationCode /*how*/) {
    delete static_cast<Exchange*>(*exchange);
    *exchange = nullptr;
  }

  HttpHandler handler_;
  RequestPool pool_;
  MHD_Daemon* daemon_ = nullptr;
  std::optional<RequestGate> gate_;    ///< known once the port is
  std::atomic<bool> is_open_ = false;  ///< once the gate is there
};

HttpServer::HttpServer(int port, HttpHandler handler)
    : daemon_(std::make_unique<Daemon>(port, std::move(handler))) {}

HttpServer::~HttpServer() = default;

std::string HttpServer::address() const { return daemon_->address(); }

}  // namespace nmfsep::cli
