#include "evaluation/layout.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"

namespace nmfsep {
namespace {

class Check {
 public:
  Check(const char* function, const SignalReader& first) : function_(function), first_(first) {}

  void operator()(const SignalReader& signal, const char* role, std::size_t i) const {
    if (signal.samples() != first_.samples())
      throw InvalidArgument(
          fmt::format("{}: {} {} has {} samples, reference 0 has {}; they must be equally long",
                      function_, role, i, signal.samples(), first_.samples()));
    if (signal.channels() != first_.channels())
      throw InvalidArgument(
          fmt::format("{}: {} {} has {} channels, reference 0 has {}; they must have as many",
                      function_, role, i, signal.channels(), first_.channels()));
  }

 private:
  const char* function_;
  const SignalReader& first_;
};

}  // namespace

std::vector<Index> Layout::channels_of(const std::vector<Index>& chosen) const {
  std::vector<Index> result;
  for (const Index source : chosen)
    for (Index c = 0; c < channels; ++c) result.push_back(source * channels + c);
  return result;
}

Layout validated_layout(const char* function, std::span<SignalReader* const> references,
                        std::span<SignalReader* const> estimates) {
  if (!references.empty() && references.size() != estimates.size())
    throw InvalidArgument(
        fmt::format("{}: {} references but {} estimates; there must be one for each", function,
                    references.size(), estimates.size()));
  return validated_layout_to_assign(function, references, estimates);
}

Layout validated_layout_to_assign(const char* function, std::span<SignalReader* const> references,
                                  std::span<SignalReader* const> estimates) {
  if (references.empty()) throw InvalidArgument(fmt::format("{}: there is no reference", function));
  if (references.size() > estimates.size())
    throw InvalidArgument(
        fmt::format("{}: {} references but {} estimates; there must be at least one for each",
                    function, references.size(), estimates.size()));
  const SignalReader& first = *references[0];
  if (first.samples() == 0 || first.channels() == 0)
    throw InvalidArgument(fmt::format("{}: the references have no samples", function));
  const Check check(function, first);
  for (std::size_t i = 0; i < references.size(); ++i) check(*references[i], "reference", i);
  for (std::size_t i = 0; i < estimates.size(); ++i) check(*estimates[i], "estimate", i);
  return {static_cast<Index>(references.size()), static_cast<Index>(estimates.size()),
          first.channels()};
}

MatrixReaders::MatrixReaders(const char* role, std::span<const Signal> signals) {
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (!all_finite(signals[i]))
      throw InvalidArgument(fmt::format("{} {} holds NaN or infinity", role, i));
    readers_.emplace_back(signals[i]);
  }
  for (Reader& reader : readers_) pointers_.push_back(&reader);
}

Signal MatrixReaders::Reader::next(Index count) {
  position_ += count;
  return signal_.middleRows(position_ - count, count);
}

}  // namespace nmfsep
