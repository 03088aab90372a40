#pragma once

#include <fmt/format.h>

#include <type_traits>
#include <variant>

#include "nmfsep/models/source_model.hpp"

namespace nmfsep {

/// Calls `visit(tensor name, matrix)` for each matrix of `model`, a SourceModel or a const one, in
/// the order of a file's tensors (docs/model-format.md).
template <typename Model, typename Visit>
void for_each_tensor(Model& model, const Visit& visit) {
  std::visit(
      [&](auto& kind) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(kind)>, PairedDictionary>) {
          visit(fmt::format("W/{}", kind.name), kind.W);
        } else {
          for (std::size_t i = 0; i < kind.members.size(); ++i) {
            auto& member = kind.members[i];
            visit(fmt::format("analysis/{}/{}", i, kind.name), member.analysis_atoms);
            visit(fmt::format("reconstruction/{}/{}", i, kind.name), member.reconstruction_atoms);
          }
        }
      },
      model);
}

}  // namespace nmfsep
