#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/sources/training_method.hpp"
#include "nmfsep/stft/analysis.hpp"

namespace nmfsep {

/// What makes two components alike.
enum class GroupBy {
  timbre,  ///< the cepstra of their atoms
  time,    ///< the correlation of their activations, and how long these last
  both,
};

/// "timbre", "time" or "both".
std::string to_string(GroupBy by);
/// The inverse. Throws InvalidArgument for another text.
GroupBy group_by_from_string(std::string_view text);

/// What one source sounds like: components that resemble it come together under its name.
struct GroupExample {
  std::string name;
  Matrix W;           ///< bins × atoms, non-negative
  Matrix H;           ///< atoms × frames, non-negative
  Analysis analysis;  ///< that these are of; need not be the mixture's
};

/// What is heard of a source alone, as `options` (of the method nmf) say. Throws AudioFileError
/// when all is silence; Cancelled.
GroupExample learn_example(const SourceAudio& source, const TrainingOptions& options,
                           const ProgressCallback& progress = {});

/// How components become sources.
struct GroupingOptions {
  Index groups = 2;            ///< sources: at least 2, and as many as there are examples
  GroupBy by = GroupBy::both;  ///< what makes components alike
  std::vector<GroupExample> examples = {};  ///< the first groups are theirs, in this order
  std::uint64_t seed = 0;  ///< of the random starts; the same seed gives the same groups

  /// Throws InvalidArgument naming field, value and rule, for so many components.
  void validate(Index components) const;
};

/// What a mixture was factorised into.
struct Components {
  const Matrix& W;  ///< bins × components
  const Matrix& H;  ///< components × (frames · channels)
  const Analysis& analysis;
};

/// The group of each component, 0 to groups − 1, none of them empty: spectral clustering (Ng,
/// Jordan & Weiss, 2001, "On spectral clustering") of what is alike, each component counting by its
/// amplitude; the atoms of examples are nodes that stay in their group (Basu, Banerjee & Mooney,
/// 2002, "Semi-supervised clustering by seeding"). Throws InvalidArgument as validate.
std::vector<Index> group_components(const Components& components, const GroupingOptions& options);

}  // namespace nmfsep
