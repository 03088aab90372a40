#include "network_part.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

void NetworkPart::start(const PartStart& start) {
  if (bins_of(model_.analysis) != start.bins)
    throw InvalidArgument(fmt::format("the models have {} bins, the mixture has {}",
                                      bins_of(model_.analysis), start.bins));
  search_ = std::make_unique<CodeSearch>(model_, start.V, start.frames, start.share);
}

void NetworkPart::update_inputs(const ModelGradient& gradient) {
  if (gradient.positive.size() == 0)
    search_->step((1 - gradient.negative.array()).matrix());
  else
    search_->step(gradient.positive - gradient.negative);
}

}  // namespace nmfsep
