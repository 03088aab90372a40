#pragma once

#include <memory>

#include "flags/command.hpp"
#include "flags/flags.hpp"

namespace nmfsep::cli {

/// Each adds its subcommand to `app`.
std::unique_ptr<Command> make_train(Flags& app);
std::unique_ptr<Command> make_train_set(Flags& app);
std::unique_ptr<Command> make_train_universal(Flags& app);
std::unique_ptr<Command> make_tune(Flags& app);
std::unique_ptr<Command> make_separate(Flags& app);
std::unique_ptr<Command> make_bundle(Flags& app);
std::unique_ptr<Command> make_evaluate(Flags& app);
std::unique_ptr<Command> make_train_onsets(Flags& app);
std::unique_ptr<Command> make_onsets(Flags& app);
std::unique_ptr<Command> make_manifest(Flags& app);
std::unique_ptr<Command> make_info(Flags& app);
std::unique_ptr<Command> make_plot(Flags& app);
std::unique_ptr<Command> make_report(Flags& app);
std::unique_ptr<Command> make_paint(Flags& app);
std::unique_ptr<Command> make_manual(Flags& app);

}  // namespace nmfsep::cli
