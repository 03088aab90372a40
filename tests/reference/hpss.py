#!/usr/bin/env python3
"""Writes hpss.json: librosa's harmonic and percussive masks of a small spectrogram, which
tests/sources/hpss_test.cpp compares with. Needs librosa 0.11.

    tests/reference/hpss.py > tests/reference/hpss.json
"""

import json

import librosa
import numpy as np

BINS, FRAMES = 23, 34
CASES = [((31, 31), (1.0, 1.0), 2.0), ((7, 5), (1.0, 1.0), 1.0), ((9, 17), (2.0, 1.5), 2.0),
         ((5, 3), (1.0, 3.0), 1.5)]


def rounded(matrix, digits):
    return [[round(float(value), digits) for value in row] for row in matrix]


def main():
    random = np.random.default_rng(16)
    spectrogram = random.gamma(0.5, size=(BINS, FRAMES))
    spectrogram[5] += 3
    spectrogram[:, 11] += 4
    spectrogram[:4, :9] = 0
    spectrogram = np.asarray(rounded(spectrogram, 4), dtype=np.float32)
    cases = []
    for kernel, margin, power in CASES:
        harmonic, percussive = librosa.decompose.hpss(
            spectrogram, kernel_size=kernel, margin=margin, power=power, mask=True)
        cases.append({"kernel": kernel, "margin": margin, "power": power,
                      "harmonic": rounded(harmonic, 7), "percussive": rounded(percussive, 7)})
    print(json.dumps({"librosa": librosa.__version__, "spectrogram": rounded(spectrogram, 4),
                      "cases": cases}))


if __name__ == "__main__":
    main()
