#pragma once

#include <vector>

#include "evaluation/layout.hpp"
#include "evaluation/projection/correlation.hpp"
#include "evaluation/projection/projection.hpp"

namespace nmfsep {

/// Samples first to first + samples - 1 of the signals.
struct Frame {
  Index first = 0;
  Index samples = 0;
};

/// For each reference the estimates that it is compared with.
using Candidates = std::vector<std::vector<Index>>;

Candidates each_its_own(Index sources);
Candidates everyone(Index sources, Index estimates);

/// The projections of every estimate on all references, and of the candidates on each reference.
struct Projections {
  Candidates candidates;
  Projection all;
  std::vector<Projection> own;  ///< [j], estimates as in candidates[j]
};

/// Only those of the estimate `assignment[j]` on each reference j, of `projections` of everyone.
Projections assigned(Projections projections, const std::vector<Index>& assignment);

/// With filters of `taps` taps. Reads the source a second and third time, and solves in extended
/// precision, where the references nearly depend on each other.
Projections project_all(ChannelSource& source, const Layout& layout, const Candidates& candidates,
                        Index taps);

/// Energies of an estimate e of the reference s over a frame and all channels, with P_s its
/// projection on the reference and P its projection on all references.
struct Energies {
  double reference = 0.0;     ///< |s|²
  double estimate = 0.0;      ///< |e|²
  double target = 0.0;        ///< |P_s e|²
  double explained = 0.0;     ///< |P e|²
  double interference = 0.0;  ///< |P e - P_s e|²
  double artifacts = 0.0;     ///< |e - P e|²
  double residual = 0.0;      ///< |e - P_s e|²
  double spatial = 0.0;       ///< |P_s e - s|²
  double error = 0.0;         ///< |e - s|²

  Energies& operator+=(const Energies& other);
};

/// [frame][reference][candidate].
using EnergyTable = std::vector<std::vector<std::vector<Energies>>>;

/// What is around a frame.
enum class Surroundings {
  silence,  ///< it is a signal of its own, and the tail of its filters is part of it
  signal,   ///< it is cut from what the filters make of the whole signal
};

/// Memory does not grow with the frames' length.
EnergyTable measure(ChannelSource& source, const Layout& layout, const std::vector<Frame>& frames,
                    const Projections& projections, Surroundings surroundings);

}  // namespace nmfsep
