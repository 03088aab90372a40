#pragma once

#include <string>
#include <string_view>

namespace nmfsep {

/// `text` as one word for a shell, in single quotes where it needs them: 'it'\''s'. Printable.
std::string shell_word(std::string_view text);

}  // namespace nmfsep
