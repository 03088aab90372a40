#include "nmfsep/core/large_pages.hpp"

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("memory keeps what it holds when large pages are asked for, wherever it lies") {
  std::vector<float> memory(3 << 20, 1.5F);
  for (const std::size_t first : {std::size_t{0}, std::size_t{3}, memory.size() - 5, memory.size()})
    prefer_large_pages(memory.data() + first, (memory.size() - first) * sizeof(float));
  CHECK(std::all_of(memory.begin(), memory.end(), [](float value) { return value == 1.5F; }));
}
