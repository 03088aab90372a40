"""What mir_eval says today of the fixtures that it tests itself with: python3 fixtures.py FOLDER

FOLDER holds its refNN/*.wav, estNN/*.wav and outputNN.json. Writes fixtures.json beside this file.
Needs numpy, scipy and mir_eval==0.8.2. Takes some minutes.
"""

import json
import pathlib
import sys
import warnings

import mir_eval
import numpy as np
import scipy.io.wavfile

NUMBERS = ["01", "02", "03", "05", "06", "07", "08", "09"]
LARGEST_SYSTEM = 6  # reference channels: more take it too long as images

warnings.simplefilter("ignore")


def load_mono(folder):
    signals = []
    for path in sorted(folder.glob("*.wav"), key=lambda path: int(path.stem)):
        samples = scipy.io.wavfile.read(path)[1] / 32768.0
        signals.append(samples.reshape(len(samples), -1).mean(axis=1))
    return np.array(signals)


def multichannel(signals, channels, gain):
    """Copies as many as there are channels, all but the first scaled: sources x samples x channels."""
    return signals[:, :, None] * np.array([1.0] + [gain] * (channels - 1))


def rounded(values):
    """Nested lists, without what is infinite or not a number."""
    return [rounded(v) if np.ndim(v) else float(v) if np.isfinite(v) else None for v in values]


def table(names, result):
    return {name: rounded(values) for name, values in zip(names, result)}


def scores(folder, number):
    given = json.loads((folder / f"output{number}.json").read_text())
    references, estimates = (load_mono(folder / (kind + number)) for kind in ("ref", "est"))
    separation = mir_eval.separation
    frames = given["Framewise"]
    result = {
        "Sources": table(
            ["sdr", "sir", "sar"], separation.bss_eval_sources(references, estimates)
        ),
        "Framewise": table(
            ["sdr", "sir", "sar"],
            separation.bss_eval_sources_framewise(
                references, estimates, window=frames["win"], hop=frames["hop"]
            ),
        ),
    }
    images = given["Images"]
    if len(references) * images["nchan"] <= LARGEST_SYSTEM:
        pair = (
            multichannel(references, images["nchan"], 1.0),
            multichannel(estimates, images["nchan"], images["gain"]),
        )
        names = ["sdr", "isr", "sir", "sar"]
        result["Images"] = table(names, separation.bss_eval_images(*pair))
    print(number, flush=True)
    return result


def main():
    assert mir_eval.__version__ == "0.8.2"
    folder = pathlib.Path(sys.argv[1])
    document = {"made_with": {"mir_eval": "0.8.2"}}
    document["fixtures"] = {number: scores(folder, number) for number in NUMBERS}
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
