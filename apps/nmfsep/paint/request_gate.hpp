#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paint/http.hpp"

namespace nmfsep::cli {

/// The largest body, bytes.
constexpr std::uint64_t most_body_bytes = std::uint64_t{64} << 20;

/// 128 bits from the kernel, as 32 hexadecimal digits. Throws Error where it has none.
std::string random_token();

/// What is known of a request before its body is read.
struct RequestHead {
  std::string_view method;
  std::string_view path;  ///< decoded, with the token
  std::vector<std::string> hosts = {};
  std::vector<std::string> origins = {};
  std::optional<std::string> content_length = {};
  bool is_chunked = false;
};

/// Lets in who knows the token and comes from the server's own page.
class RequestGate {
 public:
  RequestGate(std::string token, int port);

  /// Why the request is refused, or nothing.
  std::optional<HttpAnswer> refusal(const RequestHead& head) const;

  /// What of the path stands below the token; none where it is not there.
  std::optional<std::string> below_token(std::string_view path) const;

  /// "http://127.0.0.1:PORT/TOKEN/".
  std::string address() const;

 private:
  std::string token_;
  std::vector<std::string> hosts_;
};

}  // namespace nmfsep::cli
