#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "flags/flags.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep::cli {

/// The flags of networks that tell sources apart.
class MaskNetworkFlags {
 public:
  void add_to(Flags& app);

  /// Which of them the user gave.
  std::map<std::string_view, bool> given() const;

  /// " and --form dense": what beside a method makes the flags of recurrent layers have no effect.
  std::string beside() const;

  /// Throws InvalidArgument for both --steps and --budget, and for a time that is none.
  void apply_to(MaskNetOptions& masks) const;

 private:
  std::optional<int> steps_;
  std::optional<int> networks_;
  std::string budget_;
  std::string cell_;
  std::string form_;
  std::optional<int> hidden_layers_;
  std::string loss_;
  std::optional<double> gamma_;
  bool one_way_ = false;
  bool estimates_ = false;
};

}  // namespace nmfsep::cli
