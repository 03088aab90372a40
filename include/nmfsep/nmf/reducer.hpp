#pragma once

#include <memory>
#include <span>

namespace nmfsep {

/// Sums over the parties that learn one dictionary together, each from frames of its own: every
/// party passes its share of V, the same options and seed, and ends with the same W and its own H.
/// All parties make the same calls in the same order, on the same kernel target. A sum must not
/// depend on who comes first, or the bits will.
class Reducer {
 public:
  virtual ~Reducer() = default;

  /// Replaces each value by its sum over all parties.
  virtual void sum(std::span<float> values) const = 0;
  virtual void sum(std::span<double> values) const = 0;
};

/// The only party: nothing to add.
class SerialReducer : public Reducer {
 public:
  void sum(std::span<float>) const override {}
  void sum(std::span<double>) const override {}
};

/// The one that all options share which know no other.
inline std::shared_ptr<const Reducer> serial_reducer() {
  static const auto alone = std::make_shared<const SerialReducer>();
  return alone;
}

}  // namespace nmfsep
