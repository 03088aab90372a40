#pragma once

/// Ends a test case that cannot run here. ctest counts it as skipped, by this word.
#define NMFSEP_SKIP(reason)      \
  do {                           \
    WARN("SKIPPED: " << reason); \
    return;                      \
  } while (false)

// Catch2 2 and 3 differ in their headers and in a few names; the tests use these.
#if NMFSEP_CATCH_MAJOR >= 3
#include <catch2/catch_all.hpp>
using Catch::Approx;
inline auto contains(const std::string& text) { return Catch::Matchers::ContainsSubstring(text); }
#else
#include <catch2/catch.hpp>
inline auto contains(const std::string& text) { return Catch::Matchers::Contains(text); }
#endif
