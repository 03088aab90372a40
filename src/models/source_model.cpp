#include "nmfsep/models/source_model.hpp"

namespace nmfsep {

const ModelHeader& header_of(const SourceModel& model) {
  return std::visit([](const ModelHeader& header) -> const ModelHeader& { return header; }, model);
}

Index components_of(const SourceModel& model) {
  if (const auto* dictionary = std::get_if<Dictionary>(&model)) return dictionary->W.cols();
  const auto& members = std::get<PairedDictionary>(model).members;
  return members.empty() ? 0 : members.front().analysis_atoms.cols();
}

}  // namespace nmfsep
