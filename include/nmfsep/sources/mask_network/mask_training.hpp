#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "nmfsep/core/progress.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/nets/recurrent.hpp"
#include "nmfsep/sources/mask_network/mask_network.hpp"

namespace nmfsep {

/// What the hidden layers hear after the first, which is dense: their frame alone, its neighbours,
/// or all that came before.
enum class MaskNetForm { dense, convolutional, recurrent };

/// What a network is trained by; w is |X|² of a bin, and masks m_s are its answers.
enum class MaskLoss {
  projection,  ///< w Σ (m_s − t_s)², t = Re(S X*) / |X|² in [0, 1], of least error at X's phase
  magnitude,   ///< w Σ (m_s − t_s)², t = |S| / |X|, at most 1
  kl           ///< √w Σ t_s ln(t_s / m_s), t = |S| / Σ |S|: KL between |X| t_s and |X| m_s
};

/// "dense", "convolutional" or "recurrent"; the reverse is nothing for other words.
std::string_view to_string(MaskNetForm form);
std::optional<MaskNetForm> find_mask_net_form(std::string_view name);

/// "projection", "magnitude" or "kl"; the reverse is nothing for other words.
std::string_view to_string(MaskLoss loss);
std::optional<MaskLoss> find_mask_loss(std::string_view name);

/// How a mask network is built and trained (docs/neural.md says how the defaults came about).
struct MaskNetOptions {
  int steps = 1000;           ///< of four pieces of 64 frames, mixed anew
  int networks = 1;           ///< of different seeds, all of these steps; 1 to 100
  double budget_seconds = 0;  ///< above 0: of a set, as many steps as its training has time for
  Index width = 512;          ///< units of each hidden layer
  MaskNetForm form = MaskNetForm::recurrent;
  int hidden_layers = 1;  ///< of that form, after the first; 1 to 3
  MaskLoss loss = MaskLoss::projection;
  Cell cell = Cell::gru;        ///< of recurrent layers
  bool both_directions = true;  ///< these run forward and backward in time
  double discrimination = 0;    ///< γ: how much an estimate should differ from the other sources
  int context = 9;              ///< frames it looks at, odd
  double learning_rate = 1e-3;  ///< of the first step; a half cosine brings it to 0
  bool estimates = false;  ///< of a set: its networks hear what the set's dictionaries say, too
  std::uint64_t seed = 0;

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  friend bool operator==(const MaskNetOptions&, const MaskNetOptions&) = default;
};

/// The masks, sources · bins × frames, that dictionaries make of magnitudes V, bins × frames of one
/// channel.
using DictionaryMasks = std::function<Matrix(const MatrixView& V)>;
/// Learns dictionaries of these sources.
using DictionaryLearner = std::function<DictionaryMasks(const std::vector<SourceAudio>& sources)>;

/// Trains networks on mixtures of these sources by their loss (the usual one is that of Erdogan et
/// al., 2015, ICASSP); γ times the same for the mean target of the other sources is taken off
/// (Huang et al., 2015, equations 9 to 11). Where half a second of each source can be spared, a
/// stretch is held out and looked at eight times, evenly; the weights that separate it best are
/// kept, of looks within a tenth of a decibel the last. Its `share` is left 0. Cancelled after a
/// hundred steps or more it returns the best of these, and its `steps` say how many they were;
/// later than that the networks that have all their steps. Throws Cancelled before that, and
/// InvalidArgument.
///
/// Where `dictionaries` are learnt, the networks hear their masks, too: those of a piece of a
/// quarter of the recordings come from dictionaries of the other three, which are as unsure of it
/// as those of all will be of a mixture to come. Networks begin as the dictionaries' own answer.
MaskNet train_mask_net(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                       const MaskNetOptions& options, const ProgressCallback& progress = {},
                       const DictionaryLearner& dictionaries = {});

}  // namespace nmfsep
