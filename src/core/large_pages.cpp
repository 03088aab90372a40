#include "nmfsep/core/large_pages.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace nmfsep {

void prefer_large_pages(void* memory, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t large = std::uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + large - 1) / large * large;
  const std::uintptr_t last = (begin + bytes) / large * large;
  if (first < last)  // advice: where it is not taken, small pages do
    (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)bytes;
#endif
}

}  // namespace nmfsep
