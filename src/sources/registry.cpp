#include "nmfsep/sources/registry.hpp"

#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"

namespace nmfsep {

std::span<const SourceKind> source_kinds() {
  static const SourceKind kinds[] = {dictionary_kind, paired_kind, convolutive_kind};
  return kinds;
}

const SourceKind* find_source_kind(std::string_view name) {
  for (const SourceKind& kind : source_kinds())
    if (kind.name == name) return &kind;
  return nullptr;
}

}  // namespace nmfsep
