#pragma once

#include <optional>
#include <string>

#include "flags/flags.hpp"
#include "nmfsep/separation/separator.hpp"

namespace nmfsep::cli {

/// The flags that say in how much memory audio flows through `separate`.
class MemoryFlags {
 public:
  void add_to(Flags& app);

  /// Says how large blocks are, and what `jobs` at a time may take each: by default what the
  /// machine has to spare.
  void apply_to(SeparatorOptions& options, int jobs) const;

 private:
  std::optional<Index> block_frames_;
  std::string max_memory_;
};

}  // namespace nmfsep::cli
