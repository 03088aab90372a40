#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "audio/posix_file.hpp"

namespace nmfsep {

/// The MD5 of all samples that a FLAC file carries (RFC 9639, section 8.2). It is what tells that a
/// header promises too few samples: everything else in the file then looks right.
class FlacSignature {
 public:
  /// Reads what `file`, which begins with "fLaC", promises.
  explicit FlacSignature(PosixFile& file);
  ~FlacSignature();

  /// Takes interleaved samples, left-justified in 32 bits.
  void update(std::span<const std::int32_t> samples);

  /// Whether the samples so far are all that were promised. True where the file, as it may, leaves
  /// the signature out. Call once, last.
  bool matches();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nmfsep
