// OpenSSL enters here for MD5, which core does not offer because nothing else should use it. FLAC
// takes it over samples in as many whole bytes as they need, little-endian, sign-extended.
#include "audio/flac_signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <new>
#include <vector>

namespace nmfsep {

struct FlacSignature::State {
  std::string promised;  ///< 16 bytes
  unsigned bits;         ///< a sample
  std::vector<unsigned char> bytes;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> md5{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
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
  // Where OpenSSL gets no memory for its first use, it would crash at the next.
  if (OSSL_LIB_CTX_get0_global_default() == nullptr || !state_->md5 ||
      EVP_DigestInit_ex(state_->md5.get(), EVP_md5(), nullptr) != 1)
    throw std::bad_alloc();
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
  EVP_DigestUpdate(state_->md5.get(), state_->bytes.data(), state_->bytes.size());
}

bool FlacSignature::matches() {
  std::string found(16, '\0');
  EVP_DigestFinal_ex(state_->md5.get(), reinterpret_cast<unsigned char*>(found.data()), nullptr);
  return state_->promised == found || state_->promised == std::string(16, '\0');
}

}  // namespace nmfsep
