#include "scoring/oracle_decomposer.hpp"

#include <utility>

#include "nmfsep/stft/frame_blocks.hpp"

namespace nmfsep {

/// How far the sources of one mixture were read.
class OracleDecomposer::Reading final : public CarriedState {
 public:
  Reading(Sources sources, const Stft& stft, Index block_frames) : sources_(std::move(sources)) {
    for (const auto& source : sources_)
      readers_.emplace_back(*source, stft, FrameBlocks::Options{block_frames, 0});
  }

  /// The sources' spectra of the next block.
  std::vector<Spectrogram> next() {
    std::vector<Spectrogram> spectra;
    for (FrameBlocks& reader : readers_) {
      FrameBlock block;
      reader.next(block, [] {});
      spectra.push_back(std::move(block.spectrogram));
    }
    return spectra;
  }

 private:
  Sources sources_;
  std::vector<FrameBlocks> readers_;
};

OracleDecomposer::OracleDecomposer(Options options, std::function<Sources()> open)
    : options_(std::move(options)), stft_(options_.stft), open_(std::move(open)) {}

std::unique_ptr<CarriedState> OracleDecomposer::initial_state() const {
  return std::make_unique<Reading>(open_(), stft_, options_.block_frames);
}

Decomposition OracleDecomposer::decompose(const MixtureBlock& block,
                                          const ProgressCallback& /*progress*/) const {
  const auto sources = static_cast<Reading*>(block.state)->next();
  auto masks = oracle_masks(sources, *block.spectrogram, options_.mask);
  Decomposition result;
  result.are_masks = true;
  for (std::size_t s = 0; s < masks.size(); ++s)
    result.sources.push_back({options_.names[s], std::move(masks[s])});
  return result;
}

}  // namespace nmfsep
