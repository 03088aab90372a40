#pragma once

#include <cstdint>
#include <string_view>

#include "audio/pipe_end.hpp"

namespace nmfsep {

/// Takes all that comes through `pipe`, behind `head`, which has come already, into a temporary
/// file without a name, which is gone when its descriptor, the result, is closed. For what can only
/// be decoded back and forth. Throws AudioFileError where there is no room, or more than `most`
/// bytes come; Cancelled.
int spool(PipeEnd& pipe, std::string_view head, std::uint64_t most);

}  // namespace nmfsep
