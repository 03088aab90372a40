#include "nmfsep/models/source_model.hpp"

#include <algorithm>

namespace nmfsep {

const ModelHeader& header_of(const SourceModel& model) {
  return std::visit([](const ModelHeader& header) -> const ModelHeader& { return header; }, model);
}

SeparationSettings separation_settings(std::span<const SourceModel> models) {
  if (models.empty()) return {};
  const SeparationSettings& first = header_of(models.front()).separation;
  const bool agree = std::all_of(models.begin(), models.end(), [&](const SourceModel& model) {
    return header_of(model).separation == first;
  });
  return agree ? first : SeparationSettings();
}

const char* kind_of(const SourceModel& model) {
  constexpr const char* kinds[] = {"dictionary", "paired-dictionary", "convolutive-dictionary"};
  return kinds[model.index()];
}

int context_of(const SourceModel& model) {
  if (const auto* paired = std::get_if<PairedDictionary>(&model)) return paired->context;
  if (const auto* convolutive = std::get_if<ConvolutiveDictionary>(&model))
    return convolutive->context;
  return 1;
}

Index components_of(const SourceModel& model) {
  if (const auto* paired = std::get_if<PairedDictionary>(&model))
    return paired->members.empty() ? 0 : paired->members.front().analysis_atoms.cols();
  if (const auto* convolutive = std::get_if<ConvolutiveDictionary>(&model))
    return convolutive->W.cols();
  return std::get<Dictionary>(model).W.cols();
}

}  // namespace nmfsep
