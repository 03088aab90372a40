#include "paint/request_gate.hpp"

#include <set>

#include "support/catch.hpp"

using namespace nmfsep;
using cli::RequestGate;
using cli::RequestHead;

namespace {

const RequestGate gate("secret", 1234);

/// The status with which a request is refused; 0 where it is let in.
int refused(RequestHead head) {
  if (head.hosts.empty()) head.hosts = {"127.0.0.1:1234"};
  const auto refusal = gate.refusal(head);
  return refusal ? refusal->status : 0;
}

}  // namespace

TEST_CASE("tokens are of 128 bits, and never the same") {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(cli::random_token());
  CHECK(tokens.size() == 100);
  CHECK(tokens.begin()->size() == 32);
}

TEST_CASE("what stands below the token is asked for, and nothing else") {
  CHECK(gate.below_token("/secret/") == std::optional<std::string>(""));
  CHECK(gate.below_token("/secret/a/b") == std::optional<std::string>("a/b"));
  for (const char* path : {"", "/", "secret/", "/secret", "/secre/", "/secrets/", "//secret/"})
    CHECK(!gate.below_token(path));
  CHECK(gate.address() == "http://127.0.0.1:1234/secret/");
}

TEST_CASE("requests are refused by the first rule that they break") {
  CHECK(refused({"GET", "/secret/"}) == 0);
  CHECK(refused({"GET", "/other/"}) == 404);
  CHECK(refused({"GET", "/secret/", {"evil:1234"}}) == 403);
  CHECK(refused({"GET", "/secret/", {"127.0.0.1:1234", "127.0.0.1:1234"}}) == 403);
  CHECK(refused({"GET", "/secret/", {}, {"http://localhost:1234"}}) == 0);
  CHECK(refused({"GET", "/secret/", {}, {"https://localhost:1234"}}) == 403);
  CHECK(refused({"GET", "/secret/", {}, {"null"}}) == 403);
  CHECK(refused({"PUT", "/secret/"}) == 405);
  CHECK(refused({"POST", "/secret/", {}, {}, "67108864"}) == 0);
  CHECK(refused({"POST", "/secret/", {}, {}, "67108865"}) == 413);
  CHECK(refused({"POST", "/secret/", {}, {}, "1e3"}) == 400);
  CHECK(refused({"POST", "/secret/", {}, {}, {}, true}) == 411);
}
