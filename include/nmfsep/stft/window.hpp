#pragma once

#include <string>
#include <string_view>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Periodic ("DFT-even") windows; `sine` is the square root of Hann.
enum class Window { hann, hamming, blackman, sine, rectangular };

/// "hann", "hamming", "blackman", "sine" or "rectangular".
std::string to_string(Window window);

/// The reverse of to_string. Throws InvalidArgument for another name.
Window window_from_string(std::string_view name);

/// `length` samples of the window, with the formulas of Harris (1978), Proc. IEEE 66(1), sampled
/// at n / length.
Vector make_window(Window window, Index length);

}  // namespace nmfsep
