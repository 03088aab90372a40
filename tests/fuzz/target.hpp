#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nmfsep::test {

/// Where a fuzz target starts: small inputs that reach its different parts.
std::vector<std::string> seeds();

/// Ends the program, which both libFuzzer and the replay take for a find.
[[noreturn]] void report_find(const std::string& what);

}  // namespace nmfsep::test

/// The interface of libFuzzer. Every target defines it; nothing of it may throw.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
