#!/usr/bin/env python3
"""What shares of the exemplars in a set's masks could bring that differ from source to source, or from band to
band (docs/neural.md).

    build/python/bin/python bench/mask_shares.py build/release/bin/nmfsep SET MIXTURE REFERENCE…

Masks are means of the network's and the exemplars', so that stems are linear in the share: those of SET with
a share of 0 and of 1 give all others. The best for this very mixture are found by its references, named as the
sources, which is more than any rule could know. SDR is 10 log₁₀(|s|² / |s − e|²), of spectra.
Needs NumPy and soundfile."""

import argparse
import hashlib
import json
import pathlib
import struct
import subprocess
import tempfile

import numpy as np
import soundfile

SHARES = np.linspace(0, 1, 11)
BANDS = [0, 300, 700, 1500, 3000, 6000, np.inf]  # Hz
FFT_SECONDS = 0.046


def with_share(model, share):
    """The bytes of a model file with another share, and so another checksum (docs/model-format.md)."""
    size, = struct.unpack("<Q", model[:8])
    header = json.loads(model[8:8 + size])
    facts = header["__metadata__"]
    key, = (key for key in facts if key.startswith("network_share/"))
    facts[key], facts["sha256"] = str(share), "0" * 64
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    whole = struct.pack("<Q", len(text)) + text + model[8 + size:]
    return whole.replace(b"0" * 64, hashlib.sha256(whole).hexdigest().encode(), 1)


def spectra(path):
    """Frames × bins of a recording's first channel, and the bins in Hz."""
    samples, rate = soundfile.read(path, always_2d=True)
    size = 2 ** round(np.log2(FFT_SECONDS * rate))
    padded = np.pad(samples[:, 0], size)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::size // 4]
    return np.fft.rfft(frames * np.hanning(size + 1)[:-1]), np.fft.rfftfreq(size, 1 / rate)


class Mixture:
    """Spectra of references, and of stems by the network and by the exemplars alone."""

    def __init__(self, program, model, mixture, references):
        self.references = {path.stem: spectra(path)[0] for path in references}
        self.frequencies = spectra(mixture)[1]
        self.by_network, self.by_exemplars = (
            self.stems(program, model.read_bytes(), mixture, share) for share in (0.0, 1.0))

    def stems(self, program, model, mixture, share):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "set").write_bytes(with_share(model, share))
            subprocess.run([program, "separate", mixture, "-m", folder / "set", "-o", folder, "-q"],
                           check=True, stdout=subprocess.DEVNULL)
            return {source: spectra(folder / mixture.stem / f"{source}.wav")[0]
                    for source in self.references}

    def error(self, source, share):
        """Energy of what is wrong in each bin, with a share for all or one for each bin."""
        estimate = (1 - share) * self.by_network[source] + share * self.by_exemplars[source]
        return (abs(self.references[source] - estimate) ** 2).sum(axis=0)

    def sdr(self, source, share):
        return 10 * np.log10((abs(self.references[source]) ** 2).sum() / self.error(source, share).sum())

    def mean(self, share_of):
        return np.mean([self.sdr(source, share_of(source)) for source in self.references])

    def bands(self):
        return [band for low, high in zip(BANDS, BANDS[1:])
                if (band := (self.frequencies >= low) & (self.frequencies < high)).any()]

    def best(self):
        return max(self.mean(lambda _: share) for share in SHARES)

    def best_of_sources(self):
        return np.mean([max(self.sdr(source, share) for share in SHARES) for source in self.references])

    def best_of_bands(self):
        """Band after band, three times round, from equal parts."""
        shares = np.full(len(self.frequencies), 0.5)
        for band in 3 * self.bands():
            tried = [np.where(band, share, shares) for share in SHARES]
            shares = max(tried, key=lambda each: self.mean(lambda _: each))
        return self.mean(lambda _: shares)

    def best_of_both(self):
        def shares_of(source):
            errors = [self.error(source, share) for share in SHARES]
            shares = np.zeros(len(self.frequencies))
            for band in self.bands():
                shares[band] = SHARES[np.argmin([error[band].sum() for error in errors])]
            return shares
        return self.mean(shares_of)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("mixture", type=pathlib.Path)
    parser.add_argument("references", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    mixture = Mixture(arguments.program.resolve(), arguments.model, arguments.mixture, arguments.references)
    print("| equal parts | the best share | one for each source | one for each band | for each source and band |")
    print("|---|---|---|---|---|")
    found = [mixture.mean(lambda _: 0.5), mixture.best(), mixture.best_of_sources(), mixture.best_of_bands(),
             mixture.best_of_both()]
    print("| " + " | ".join(f"{sdr:.2f}" for sdr in found) + " |")


main()
