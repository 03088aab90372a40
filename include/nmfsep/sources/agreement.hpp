#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

/// Whether both models explain the same V.
bool see_alike(const ModelHeader& first, const ModelHeader& other);

/// "44100 Hz, FFT 2048, hop 512, hann window, magnitude exponent 1": what V is.
std::string describe_sight(const ModelHeader& header);

/// Throws InvalidArgument that names both models unless they explain the same V.
void require_equal_sight(const ModelHeader& first, const ModelHeader& other);

/// How a mixture is separated with models together.
struct Agreement {
  Analysis analysis;
  Objective objective;
  int mixture_iterations = ModelHeader().mixture_iterations;
  bool exact = false;
};

/// What all models say; as usual where they differ in their mask and updates, and exact where one
/// of them asks for it. Throws as
/// require_equal_sight, and InvalidArgument that names two that differ in their divergence.
Agreement agreement_of(std::span<const SourceModel> models);

/// What the model says of its source's activations in any mixture; null where it says nothing.
std::shared_ptr<const Penalty> prior_of(const ModelHeader& model);

/// The model's atoms, block by block.
std::vector<AtomBlock> blocks_of(const Model& model);

/// Throws InvalidArgument for a bad name or fewer than one component.
void validate(const LearntSource& source);

/// Throws InvalidArgument that names the twins.
void refuse_equal_names(std::vector<std::string> names);

/// Throws InvalidArgument unless `mixture` has `bins` rows and equally many columns a channel.
void require_fit(Index bins, const MatrixView& mixture, Index channels);

}  // namespace nmfsep
