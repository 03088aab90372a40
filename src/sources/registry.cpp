#include "nmfsep/sources/registry.hpp"

#include "nmfsep/sources/autoencoder/autoencoder.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/mask_network/mask_network.hpp"
#include "nmfsep/sources/n_hmm/n_hmm.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"
#include "sources/autoencoder/network_training.hpp"
#include "sources/convolutive/convolutive_training.hpp"
#include "sources/dictionary/nmf_training.hpp"
#include "sources/mask_network/network_method.hpp"
#include "sources/n_hmm/n_hmm_training.hpp"
#include "sources/paired/exemplar_training.hpp"

namespace nmfsep {

std::span<const SourceKind> source_kinds() {
  static const SourceKind kinds[] = {dictionary_kind,  paired_kind,       convolutive_kind,
                                     autoencoder_kind, mask_network_kind, n_hmm_kind};
  return kinds;
}

const SourceKind* find_source_kind(std::string_view name) {
  for (const SourceKind& kind : source_kinds())
    if (kind.name == name) return &kind;
  return nullptr;
}

std::span<const TrainingMethod> training_methods() {
  static const TrainingMethod methods[] = {
      nmf_training,       exemplar_training,       convolutive_training,
      autoencoder_method, conv_autoencoder_method, pca_method,
      n_hmm_training,     network_method,          recurrent_method};
  return methods;
}

}  // namespace nmfsep
