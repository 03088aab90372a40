#pragma once

#include <string>

#include "evaluate/outcome.hpp"

namespace nmfsep::cli {

/// The scores for people: a line a source of each track and, indented, one for
/// each oracle, then the same over the tracks. Where estimates were assigned,
/// the one that was taken.
std::string table_of(const Evaluation& evaluation);

/// The scores for spreadsheets (RFC 4180): a line a source of each track, and
/// where they are wanted also a line a frame, and a line an oracle. Undefined
/// values are empty.
std::string csv_of(const Evaluation& evaluation);

}  // namespace nmfsep::cli
