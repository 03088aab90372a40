"""STOI of a reference with frames 42 and 38 dB down: python3 stoi_range.py

Prints the numbers that tests/evaluation/stoi_test.cpp holds. Needs numpy and pystoi==0.4.1. Frames more
than 40 dB below the loudest do not count, so that those of the first kind must not, and those of the
second must.
"""

import importlib.metadata

import numpy as np
import pystoi
from synthetic_signals import Random, coloured_noise

RATE = 10000


def quiet_in_turn(decibels):
    """A second of noise; of every 2000 samples the last 1000 are so much quieter."""
    clean = coloured_noise(Random(1), 1, 2 * RATE, 0.5)[:, 0]
    quiet = np.arange(len(clean)) % 2000 >= 1000
    clean[quiet] *= 10.0 ** (-decibels / 20.0)
    estimate = clean.copy()
    estimate += np.where(quiet, 0.02, 0.3) * coloured_noise(Random(2), 1, 2 * RATE, 0.5)[:, 0]
    return clean, estimate


def main():
    assert importlib.metadata.version("pystoi") == "0.4.1"
    for decibels in (38, 42):
        clean, estimate = quiet_in_turn(decibels)
        print(decibels, pystoi.stoi(clean, estimate, RATE), pystoi.stoi(clean, estimate, RATE, extended=True))


if __name__ == "__main__":
    main()
