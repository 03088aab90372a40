#pragma once

#include <memory>

#include "command.hpp"

namespace nmfsep::cli {

/// Each adds its subcommand to `app`.
std::unique_ptr<Command> make_train(CLI::App& app);
std::unique_ptr<Command> make_train_set(CLI::App& app);
std::unique_ptr<Command> make_tune(CLI::App& app);
std::unique_ptr<Command> make_separate(CLI::App& app);
std::unique_ptr<Command> make_bundle(CLI::App& app);
std::unique_ptr<Command> make_evaluate(CLI::App& app);
std::unique_ptr<Command> make_info(CLI::App& app);
std::unique_ptr<Command> make_manual(CLI::App& app);

}  // namespace nmfsep::cli
