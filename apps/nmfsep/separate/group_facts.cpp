#include "separate/group_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "separate/source_flags.hpp"

namespace nmfsep::cli {
namespace {

/// Fills in names, by which component has the most energy, and shares of the energy of all.
void name_by_energy(std::vector<GroupFacts>& groups) {
  std::vector<ComponentFacts*> all;
  double total = 0;
  for (GroupFacts& group : groups)
    for (ComponentFacts& component : group.components) {
      all.push_back(&component);
      total += component.share;
    }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto* a, const auto* b) { return a->share > b->share; });
  for (std::size_t k = 0; k < all.size(); ++k) {
    all[k]->name = component_name(static_cast<Index>(k), static_cast<Index>(all.size()));
    all[k]->share /= std::max(total, 1e-30);
  }
}

}  // namespace

std::vector<GroupFacts> group_facts_of(const Decomposition& found, const Analysis& analysis) {
  std::vector<GroupFacts> groups;
  double total = 0;
  for (std::size_t s = 0; s < found.sources.size(); ++s) {
    const auto& [W, H] = found.factors[s];
    GroupFacts& group = groups.emplace_back();
    group.name = found.sources[s].name;
    group.share = static_cast<double>(found.sources[s].magnitudes.squaredNorm());
    total += group.share;
    for (Index k = 0; k < W.cols(); ++k) {
      const double energy =
          static_cast<double>(W.col(k).squaredNorm()) * static_cast<double>(H.row(k).squaredNorm());
      group.components.push_back({"", energy, pitch_of(W.col(k), analysis)});
    }
  }
  for (GroupFacts& group : groups) group.share /= std::max(total, 1e-30);
  name_by_energy(groups);
  return groups;
}

std::string to_string(const GroupFacts& facts) {
  const std::size_t count = facts.components.size();
  return fmt::format("{}: {} component{}, {:.1f} % of the energy", facts.name, count,
                     count == 1 ? "" : "s", 100 * facts.share);
}

Json to_json(const std::vector<GroupFacts>& facts) {
  Json list = Json::array();
  for (const GroupFacts& each : facts)
    list.push_back({{"group", each.name},
                    {"energy_share", number(each.share)},
                    {"components", to_json(each.components)}});
  return list;
}

}  // namespace nmfsep::cli
