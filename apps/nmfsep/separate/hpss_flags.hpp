#pragma once

#include <optional>
#include <string>

#include "flags/flags.hpp"
#include "nmfsep/sources/hpss/hpss_decomposer.hpp"

namespace nmfsep::cli {

/// The flags that tell what sustains from what strikes, without any model.
class HpssFlags {
 public:
  void add_to(Flags& app);

  bool given() const { return wanted_; }

  /// Throws InvalidArgument for values that cannot be, and for those of --hpss without it.
  std::optional<HpssOptions> options() const;

 private:
  bool wanted_ = false;
  std::string kernel_;
  std::string margin_;
};

}  // namespace nmfsep::cli
