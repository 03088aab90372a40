#include "nmfsep/evaluation/lag.hpp"

#include "evaluation/layout.hpp"
#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;

namespace {

Lag lag_of(const Signal& reference, const Signal& estimate) {
  const nmfsep::MatrixReaders references("reference", {&reference, 1});
  const nmfsep::MatrixReaders estimates("estimate", {&estimate, 1});
  return find_lag(*references.pointers()[0], *estimates.pointers()[0], 2000);
}

}  // namespace

TEST_CASE("the lag of a shifted copy is found, late or early, whatever its sign and noise") {
  Random random(1);
  const Signal sound = test::coloured_noise(random, {1, 1, 2, 20000}, 0.5);
  const Signal noise = test::coloured_noise(random, {1, 1, 2, 16000}, 0.0);
  for (const Index shift : {0, 1, -1, 7, 1006, -1006, 2000, -2000}) {
    const Signal reference = sound.middleRows(2000, 16000);
    const Signal estimate = -0.7 * sound.middleRows(2000 - shift, 16000) + 0.3 * noise;
    const Lag lag = lag_of(reference, estimate);
    CHECK(lag.samples == shift);
    CHECK(lag.correlation > 0.8);
    CHECK((shift == 0 || lag.correlation_at_0 < lag.correlation));
  }
}

TEST_CASE("silence has no lag") {
  const Lag lag = lag_of(Signal::Ones(100, 1), Signal::Zero(100, 1));
  CHECK(lag.samples == 0);
  CHECK(lag.correlation == 0.0);
}
