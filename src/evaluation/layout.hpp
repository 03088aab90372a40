#pragma once

#include <span>
#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// How signals lie in a ChannelSource: all channels of reference 0, of reference 1, …, then those
/// of the estimates.
struct Layout {
  Index sources = 0;    ///< references
  Index estimates = 0;  ///< as many, or more where they are assigned
  Index channels = 0;   ///< of one signal

  Index reference_channels() const { return sources * channels; }
  Index estimate_channels() const { return estimates * channels; }
  std::vector<Index> channels_of(const std::vector<Index>& chosen) const;
};

/// Throws InvalidArgument, in the name of `function`, unless references and estimates are equally
/// many, non-empty and of one shape.
Layout validated_layout(const char* function, std::span<SignalReader* const> references,
                        std::span<SignalReader* const> estimates);

/// The same for estimates that are assigned, of which there may be more than references.
Layout validated_layout_to_assign(const char* function, std::span<SignalReader* const> references,
                                  std::span<SignalReader* const> estimates);

/// Signals in memory as readers.
class MatrixReaders {
 public:
  /// Throws InvalidArgument when a signal holds NaN or infinity: `role` and its number say which.
  MatrixReaders(const char* role, std::span<const Signal> signals);

  std::span<SignalReader* const> pointers() const { return pointers_; }

 private:
  class Reader : public SignalReader {
   public:
    explicit Reader(const Signal& signal) : signal_(signal) {}
    Index samples() const override { return signal_.rows(); }
    Index channels() const override { return signal_.cols(); }
    void rewind() override { position_ = 0; }
    Signal next(Index count) override;

   private:
    const Signal& signal_;
    Index position_ = 0;
  };

  std::vector<Reader> readers_;
  std::vector<SignalReader*> pointers_;
};

}  // namespace nmfsep
