#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/separation/separator.hpp"

namespace nmfsep::cli {

/// What is known of a component that nobody has named.
struct ComponentFacts {
  std::string name;
  double share = 0;             ///< of the energy of all, 0 to 1
  std::optional<double> pitch;  ///< Hz; absent where the spectrum is noisy
};

/// Of a mixture that is explained whole by sources of one atom each.
std::vector<ComponentFacts> facts_of(const Decomposition& found, const Analysis& analysis);

/// "component-01: 41.3 % of the energy, 220 Hz".
std::string to_string(const ComponentFacts& facts);

Json to_json(const std::vector<ComponentFacts>& facts);

/// The pitch of a spectrum of magnitudes: where the autocorrelation that belongs to it has its
/// first high peak. None where it has no high one, as in noise.
std::optional<double> pitch_of(const VectorView& spectrum, const Analysis& analysis);

}  // namespace nmfsep::cli
