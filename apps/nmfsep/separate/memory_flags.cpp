#include "separate/memory_flags.hpp"

#include "separate/memory.hpp"

namespace nmfsep::cli {

void MemoryFlags::add_to(Flags& app) {
  app.add_option("--block-frames", block_frames_,
                 "With models alone: windows to work on at a time; fewer come sooner and change no "
                 "sample (default: what takes some 30 MB)")
      ->type_name("N")
      ->changes_no_result();
  app.add_option("--max-memory", max_memory_,
                 "With --learn or -c: refuse what would take more, as in 800M or 4G (default: what "
                 "the machine has to spare)")
      ->type_name("SIZE")
      ->changes_no_result();
}

void MemoryFlags::apply_to(SeparatorOptions& options, int jobs) const {
  options.block_frames = block_frames_;
  options.max_memory = max_memory_.empty() ? available_memory() : parse_size(max_memory_);
  if (options.max_memory) *options.max_memory /= jobs;
}

}  // namespace nmfsep::cli
