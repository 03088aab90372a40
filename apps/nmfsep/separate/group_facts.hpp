#pragma once

#include <string>
#include <vector>

#include "json/json_output.hpp"
#include "separate/component_facts.hpp"

namespace nmfsep::cli {

/// What is known of components that were put together.
struct GroupFacts {
  std::string name;
  double share = 0;                        ///< of the energy of all groups, 0 to 1
  std::vector<ComponentFacts> components;  ///< by energy; named as -c alone names them
};

/// Of a mixture that is explained whole by groups of learnt components.
std::vector<GroupFacts> group_facts_of(const Decomposition& found, const Analysis& analysis);

/// "drums: 9 components, 41.3 % of the energy".
std::string to_string(const GroupFacts& facts);

Json to_json(const std::vector<GroupFacts>& facts);

}  // namespace nmfsep::cli
