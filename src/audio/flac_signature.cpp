// Nettle enters here for MD5, which core does not offer because nothing else should use it. FLAC
// takes it over samples in as many whole bytes as they need, little-endian, sign-extended.
#include "audio/flac_signature.hpp"

#include <nettle/md5.h>

#include <vector>

namespace nmfsep {

struct FlacSignature::State {
  std::string promised;  ///< 16 bytes
  unsigned bits;         ///< a sample
  std::vector<unsigned char> bytes;
  md5_ctx md5;
};

FlacSignature::FlacSignature(PosixFile& file) : state_(std::make_unique<State>()) {
  constexpr std::uint64_t stream_info = 8;  // behind "fLaC" and the block's header
  state_->promised = file.bytes_at(stream_info + 18, 16);
  // 5 bits across two bytes hold the bits a sample, less one.
  const std::string packed = file.bytes_at(stream_info + 12, 2);
  if (state_->promised.size() < 16) file.fail("is cut off in its header; get the whole file again");
  state_->bits = ((static_cast<unsigned char>(packed[0]) & 1U) << 4U |
                  static_cast<unsigned char>(packed[1]) >> 4U) +
                 1;
  md5_init(&state_->md5);
}

FlacSignature::~FlacSignature() = default;

void FlacSignature::update(std::span<const std::int32_t> samples) {
  const unsigned width = (state_->bits + 7) / 8;
  state_->bytes.clear();
  for (const std::int32_t sample : samples) {
    const std::int32_t value = sample >> (32 - state_->bits);
    for (unsigned byte = 0; byte < width; ++byte)
      state_->bytes.push_back(static_cast<unsigned char>(value >> (8 * byte)));
  }
  md5_update(&state_->md5, state_->bytes.size(), state_->bytes.data());
}

bool FlacSignature::matches() {
  std::string found(MD5_DIGEST_SIZE, '\0');
  md5_digest(&state_->md5, found.size(), reinterpret_cast<std::uint8_t*>(found.data()));
  return state_->promised == found || state_->promised == std::string(MD5_DIGEST_SIZE, '\0');
}

}  // namespace nmfsep
