#include "nmfsep/audio/audio_queue.hpp"

#include <deque>

#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("a queue gives back, in order, what it was given, however often it is used") {
  Random random(1);
  AudioQueue queue(2);
  std::deque<float> expected;  // first channel; the second is its negative
  float next = 0;
  for (int step = 0; step < 2000; ++step) {
    const auto count = static_cast<Index>(random.below(20));
    auto room = queue.extend(count);
    for (Index n = 0; n < count; ++n, ++next) {
      room(n, 0) = next;
      room(n, 1) = -next;
      expected.push_back(next);
    }
    if (step % 5 == 0 && queue.length() > 0) {
      queue.drop_back(1);
      expected.pop_back();
    }
    const auto gone = static_cast<Index>(
        random.below(static_cast<std::uint64_t>(std::min<Index>(queue.length(), 25) + 1)));
    queue.drop_front(gone);
    expected.erase(expected.begin(), expected.begin() + gone);
    REQUIRE(queue.length() == static_cast<Index>(expected.size()));
    for (Index n = 0; n < queue.length(); ++n) {
      REQUIRE(queue.samples()(n, 0) == expected[static_cast<std::size_t>(n)]);
      REQUIRE(queue.samples()(n, 1) == -expected[static_cast<std::size_t>(n)]);
    }
  }
}
