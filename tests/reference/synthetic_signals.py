"""The signals of tests/support/synthetic_signals.hpp, to the bit."""

import numpy as np

WORDS, SHIFT = 312, 156
MASK64 = (1 << 64) - 1


class Random:
    """64-bit Mersenne Twister (Matsumoto and Nishimura, 2000), mapped to (0, 1) as Random does."""

    def __init__(self, seed):
        self.state = [seed & MASK64]
        for i in range(1, WORDS):
            previous = self.state[-1]
            self.state.append((6364136223846793005 * (previous ^ (previous >> 62)) + i) & MASK64)
        self.position = WORDS

    def _refill(self):
        state = self.state
        for i in range(WORDS):
            x = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % WORDS] & 0x7FFFFFFF)
            twist = 0xB5026F5AA96619E9 if x & 1 else 0
            state[i] = state[(i + SHIFT) % WORDS] ^ (x >> 1) ^ twist
        self.position = 0

    def integer(self):
        if self.position == WORDS:
            self._refill()
        x = self.state[self.position]
        self.position += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71D67FFFEDA60000
        x ^= (x << 37) & 0xFFF7EEE000000000
        return x ^ (x >> 43)

    def uniform(self):
        # A 23-bit integer and a half fit a float exactly, so double arithmetic agrees.
        return ((self.integer() >> 41) + 0.5) * 2.0**-23


def coloured_noise(random, channels, samples, pole):
    """White noise in (-1, 1) through a one-pole low-pass filter: samples x channels."""
    signal = np.zeros((samples, channels))
    for c in range(channels):
        state = 0.0
        for t in range(samples):
            state = pole * state + (2.0 * random.uniform() - 1.0)
            signal[t, c] = state if c == 0 else 0.5 * signal[t, c - 1] + state
    return signal


def synthetic_signals(seed, sources, channels, samples):
    """References and estimates, each sources x samples x channels."""
    random = Random(seed)
    references = [
        coloured_noise(random, channels, samples, 0.9 * float(s) / float(sources))
        for s in range(sources)
    ]
    estimates = []
    for s in range(sources):
        estimate = 0.8 * references[s] + 0.05 * coloured_noise(random, channels, samples, 0.0)
        estimate[5:] += 0.1 * references[(s + 1) % sources][:-5]
        estimates.append(estimate)
    return np.array(references), np.array(estimates)
