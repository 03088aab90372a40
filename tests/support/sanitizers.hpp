#pragma once

// g++ says which sanitizers are at work by macros, clang by features.
#ifndef __has_feature
#define __has_feature(feature) 0
#endif

namespace nmfsep::test {

/// Whether this build has sanitizers that take time and memory themselves.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

}  // namespace nmfsep::test
