#pragma once

#include <cstddef>

namespace nmfsep {

/// Asks the system to back memory that is about to be filled by large pages, where it has them: of
/// tens of MB the first touch of each small page takes longer than filling it. Changes nothing
/// else; small or unaligned parts are left as they are.
void prefer_large_pages(void* memory, std::size_t bytes);

}  // namespace nmfsep
