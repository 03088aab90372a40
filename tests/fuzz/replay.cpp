// What runs a fuzz target where libFuzzer is not: each seed, then so many of their mutations, the
// same ones every time. With a folder, writes the seeds there instead.
//
// Usage: replay_TARGET [MUTATIONS | FOLDER]
#include <algorithm>
#include <cstdlib>

#include "fuzz/target.hpp"
#include "nmfsep/core/random.hpp"
#include "support/bytes.hpp"

using nmfsep::Random;

namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

/// One of: a bit flipped, a byte set, a piece removed, repeated, or put in from another seed.
void mutate(std::string& input, const std::string& other, Random& random) {
  if (input.empty()) input = other;
  if (input.empty()) return;
  const std::size_t at = random.below(input.size());
  const std::size_t length = 1 + random.below(std::min<std::size_t>(16, input.size() - at));
  constexpr char extremes[] = {'\0', '\x01', '\x7f', '\x80', '\xff', '/', '.', '{'};
  switch (random.below(5)) {
    case 0:
      input[at] = static_cast<char>(input[at] ^ (1 << random.below(8)));
      break;
    case 1:
      input[at] = extremes[random.below(sizeof(extremes))];
      break;
    case 2:
      input.erase(at, length);
      break;
    case 3:
      input.insert(at, input.substr(at, length));
      break;
    default:
      input.insert(at, other.substr(random.below(other.size() + 1), length));
  }
}

void run_mutations(const std::vector<std::string>& seeds, long count) {
  Random random(1);
  for (long i = 0; i < count; ++i) {
    std::string input = seeds[random.below(seeds.size())];
    const std::string& other = seeds[random.below(seeds.size())];
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) mutate(input, other, random);
    run(input);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> seeds = nmfsep::test::seeds();
  const std::string argument = argc > 1 ? argv[1] : "2000";
  const long mutations = std::atol(argument.c_str());
  if (mutations == 0) {
    for (std::size_t i = 0; i < seeds.size(); ++i)
      nmfsep::test::write_bytes(argument + "/" + std::to_string(i), seeds[i]);
    return 0;
  }
  for (const std::string& seed : seeds) run(seed);
  run_mutations(seeds, mutations);
}
