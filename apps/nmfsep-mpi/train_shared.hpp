#pragma once

#include <memory>

#include "flags/command.hpp"
#include "ranks.hpp"

namespace nmfsep::cli {

/// Adds `train` to the program whose processes are these; `ranks` must live as long.
std::unique_ptr<Command> make_train_shared(Flags& app, const Ranks& ranks);

}  // namespace nmfsep::cli
