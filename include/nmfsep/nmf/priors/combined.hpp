#pragma once

#include <string_view>

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// All of these priors, whose amounts add up; null for none, and the only one as it is.
std::shared_ptr<const Penalty> sum_of(std::vector<std::shared_ptr<const Penalty>> priors);

/// The prior on the atoms of one source alone. It is of no atom until `on` says which are the
/// source's.
std::shared_ptr<const Penalty> of_source(std::string source, std::shared_ptr<const Penalty> prior);

/// `options.penalty` on these atoms, which may be absent.
inline std::shared_ptr<const Penalty> on_atoms(const std::shared_ptr<const Penalty>& prior,
                                               const std::vector<AtomBlock>& blocks) {
  return prior ? prior->on(blocks) : nullptr;
}

}  // namespace nmfsep
