#include "paint/request_gate.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>

#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "paint/http.hpp"

namespace nmfsep::cli {
namespace {

HttpAnswer refused(int status, const char* reason) { return {status, "text/plain", reason}; }

/// In a time that does not tell where they differ.
bool equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  int difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
  return difference == 0;
}

}  // namespace

std::string random_token() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error("the system gives no random numbers; nothing is served without them");
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

RequestGate::RequestGate(std::string token, int port)
    : token_(std::move(token)),
      hosts_{fmt::format("127.0.0.1:{}", port), fmt::format("localhost:{}", port)} {}

std::string RequestGate::address() const { return fmt::format("http://{}/{}/", hosts_[0], token_); }

std::optional<std::string> RequestGate::below_token(std::string_view path) const {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || !equal(path.substr(0, slash), token_)) return std::nullopt;
  return std::string(path.substr(slash + 1));
}

std::optional<HttpAnswer> RequestGate::refusal(const RequestHead& head) const {
  const auto is_own = [this](const std::string& host) {
    return std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end();
  };
  if (head.hosts.size() != 1 || !is_own(head.hosts.front())) return refused(403, "wrong Host\n");
  for (const std::string& origin : head.origins)
    if (!origin.starts_with("http://") || !is_own(origin.substr(7)))
      return refused(403, "wrong Origin\n");
  if (!below_token(head.path)) return refused(404, "not found\n");
  if (head.method != "GET" && head.method != "POST") return refused(405, "GET or POST\n");
  if (head.is_chunked) return refused(411, "a Content-Length is needed\n");
  if (!head.content_length) return std::nullopt;
  const auto bytes = parse_number<std::uint64_t>(*head.content_length);
  if (!bytes) return refused(400, "Content-Length is no number\n");
  if (*bytes > most_body_bytes) return refused(413, "the body must be 64 MiB at most\n");
  return std::nullopt;
}

}  // namespace nmfsep::cli
