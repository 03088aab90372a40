"""The table of peers in docs/evaluation.md: python3 peers.py NMFSEP [PEER ...]

NMFSEP is the program. Draws problems of the kinds that the peers' own suites hold (shapes, rates, order,
frames, silence, scale, short signals, equal signals), scores files of doubles by the program, the same
signals by each peer, and prints how many were tried, how many agree and by how much they differ, and which
are known to differ and why. Needs numpy, soundfile, mir_eval==0.8.2, museval==0.4.1, fast_bss_eval==0.1.4
and pystoi==0.4.1. Exits with 1 when one differs that is not known to, or no longer differs as is known.
"""

import importlib.metadata
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import warnings

sys.modules["musdb"] = types.ModuleType("musdb")  # which needs ffmpeg, and scoring does not

import fast_bss_eval
import mir_eval
import museval
import numpy as np
import pystoi
import soundfile

VERSIONS = {"mir_eval": "0.8.2", "museval": "0.4.1", "fast_bss_eval": "0.1.4", "pystoi": "0.4.1"}

# Problems that are scored otherwise, and why. Each is checked to differ in this way.
UNDERDETERMINED = "more unknowns than samples: rounding there, SIR and SAR undefined here"
ALONE = "a source alone: SIR infinite there, undefined here"
SILENT = "silence: refused there, undefined for that source here"
EQUAL = "estimates that are the references: beyond 200 dB there, 200 dB here"
FAINT = "signals of 10^-6 of full scale: a constant in the equations there, 10^-5 dB off"
SHORT = "fewer than 30 frames of speech: 0.00001 there, undefined here"

warnings.simplefilter("ignore")


class Program:
    """nmfsep evaluate, of arrays sources x samples x channels."""

    def __init__(self, path):
        self.path = path

    def scores(self, references, estimates, rate, *flags):
        with tempfile.TemporaryDirectory() as name:
            for kind, signals in (("ref", references), ("est", estimates)):
                folder = pathlib.Path(name) / kind
                folder.mkdir()
                for j, signal in enumerate(signals):
                    soundfile.write(folder / f"{j}.wav", signal, rate, subtype="DOUBLE")
            result = subprocess.run(
                [self.path, "evaluate", f"{name}/ref", f"{name}/est", "--json", "-", *flags],
                capture_output=True,
                text=True,
            )
        if result.returncode != 0:
            raise RuntimeError(result.stderr)
        return json.loads(result.stdout)["tracks"][0]["sources"]


def signals(seed, sources, samples, channels=1, leak=0.2, noise=0.05):
    random = np.random.default_rng(seed)
    references = random.standard_normal((sources, samples, channels)) * 0.1
    for j in range(sources):  # coloured, each its own way
        for t in range(1, 4):
            references[j, t:] += 0.3 * (j + 1) / sources * references[j, :-t]
    estimates = 0.9 * references + leak * np.roll(references, 1, axis=0)
    estimates += noise * 0.1 * random.standard_normal(estimates.shape)
    scale = 0.9 / max(np.abs(references).max(), np.abs(estimates).max())
    return references * scale, estimates * scale


def difference(ours, theirs):
    """The largest, where one is undefined only as the other is."""
    worst = 0.0
    for mine, other in zip(ours, theirs):
        defined = other is not None and np.isfinite(other)
        if (mine is None) == defined:
            return np.inf
        worst = max(worst, abs(mine - other) if defined else 0.0)
    return worst


def column(sources, metric):
    return [source[metric] for source in sources]


def of_mir_eval(program):
    """bss_eval_sources with and without permutation, images, and frames of sources."""
    for seed in range(16):
        sources, samples = 2 + seed % 3, (900, 4000, 16000, 8000)[seed % 4]
        references, estimates = signals(seed, sources, samples)
        permute = seed % 2 == 1
        order = np.random.default_rng(seed).permutation(sources) if permute else np.arange(sources)
        sdr, sir, sar, _ = mir_eval.separation.bss_eval_sources(
            references[:, :, 0], estimates[order, :, 0], compute_permutation=permute
        )
        flags = ["--permute"] if permute else []
        ours = program.scores(references, estimates[order], 8000, *flags)
        # With as many unknowns as samples mir_eval scores what explains anything, by rounding.
        metrics = [("sdr", sdr), ("sir", sir), ("sar", sar)]
        if 512 * sources >= samples + 511:
            yield UNDERDETERMINED if ours[0]["sar"] is None else np.inf
            continue
        yield max(difference(column(ours, name), theirs) for name, theirs in metrics)
    for seed in range(8):
        references, estimates = signals(100 + seed, 2, 4000, 1 + seed % 2)
        theirs = mir_eval.separation.bss_eval_images(references, estimates, compute_permutation=False)
        ours = program.scores(
            references, estimates, 8000, "--criteria", "images", "--metrics", "sdr,isr,sir,sar"
        )
        yield max(
            difference(column(ours, name), theirs[k])
            for k, name in enumerate(("sdr", "isr", "sir", "sar"))
        )
    for seed in range(4):
        references, estimates = signals(200 + seed, 2 + seed % 2, 8000)
        theirs = mir_eval.separation.bss_eval_sources_framewise(
            references[:, :, 0], estimates[:, :, 0], window=4000, hop=2000, compute_permutation=False
        )
        frames = ("--filters", "frame", "--frame", "0.5", "--hop", "0.25", "--frame-scores")
        ours = program.scores(references, estimates, 8000, *frames)
        yield max(
            difference([frame[name] for frame in source["frames"]], values)
            for k, name in enumerate(("sdr", "sir", "sar"))
            for source, values in zip(ours, theirs[k])
        )
    yield from special_sources(
        program, lambda *of: mir_eval.separation.bss_eval_sources(*of, compute_permutation=False)[:3]
    )


def refuses(call):
    """Whether a peer takes no such signals, by whichever error."""
    try:
        call()
    except (ValueError, np.linalg.LinAlgError):
        return True
    return False


def special_sources(program, bss_eval_sources, faint_is_off=False):
    """Signals at whose edge peers and program part, and loud and faint ones, where they do not."""
    references, estimates = signals(300, 2, 4000)
    for scale in (1e-3, 1e-6):
        theirs = bss_eval_sources(references[:, :, 0] * scale, estimates[:, :, 0] * scale)
        ours = program.scores(references * scale, estimates * scale, 8000)
        worst = max(difference(column(ours, n), t) for n, t in zip(("sdr", "sir", "sar"), theirs))
        yield FAINT if faint_is_off and scale == 1e-6 and 1e-8 < worst < 1e-4 else worst

    sdr, sir, sar = bss_eval_sources(references[:1, :, 0], estimates[:1, :, 0])
    (ours,) = program.scores(references[:1], estimates[:1], 8000)
    alike = difference([ours["sdr"], ours["sar"]], [sdr[0], sar[0]]) < 1e-8
    yield ALONE if alike and ours["sir"] is None and np.isinf(sir[0]) else np.inf

    for silent in (references, estimates):
        kept = silent[0].copy()
        silent[0] = 0
        refused = refuses(lambda: bss_eval_sources(references[:, :, 0], estimates[:, :, 0]))
        ours = program.scores(references, estimates, 8000)
        yield SILENT if refused and ours[0]["sdr"] is None and ours[1]["sdr"] is not None else np.inf
        silent[0] = kept

    theirs = bss_eval_sources(references[:, :, 0], references[:, :, 0])
    ours = program.scores(references, references, 8000)
    beyond = min(np.min(scores) for scores in theirs) > 200
    yield EQUAL if beyond and {source["sdr"] for source in ours} == {200} else np.inf


def of_museval(program):
    """Version 4 and 3 by frames, with silent stretches and hops that are no whole samples."""
    for seed in range(24):
        rate = (8000, 11025)[seed % 2]
        window, hop = (1.0, 0.5)[seed % 2], (1.0, 0.3, 0.1)[seed % 3]
        references, estimates = signals(seed, 2 + seed % 2, int(2.5 * rate), 1 + seed % 2)
        if seed % 4 == 3:
            references[0, : int(1.2 * rate)] = 0
        own_filters = seed % 6 == 3
        theirs = museval.metrics.bss_eval(
            references,
            estimates,
            window=int(window * rate),
            hop=int(hop * rate),
            framewise_filters=own_filters,
        )
        ours = program.scores(
            *(references, estimates, rate, "--preset", "museval", "--frame-scores"),
            *("--frame", str(window), "--hop", str(hop)),
            *(("--filters", "frame") if own_filters else ()),
        )
        worst = 0.0
        for k, name in enumerate(("sdr", "isr", "sir", "sar")):
            for source, values in zip(ours, theirs[k]):
                frames = [frame[name] for frame in source["frames"]]
                worst = max(worst, difference(frames, values) if len(frames) == len(values) else np.inf)
        yield worst
    yield from special_sources(
        program,
        lambda *of: [
            scores[:, 0]
            for scores in np.array(
                museval.metrics.bss_eval(*of, window=np.inf, bsseval_sources_version=True)
            )[[0, 2, 3]]
        ],
        faint_is_off=True,
    )


def of_fast_bss_eval(program):
    """In double: BSS Eval of several filter lengths, permuted, and SI-SDR with and without means."""
    for seed in range(12):
        references, estimates = signals(seed, 2 + seed % 3, 4000)
        taps = (512, 32, 1)[seed % 3]
        order = np.roll(np.arange(len(references)), seed % 2)
        sdr, sir, sar, _ = fast_bss_eval.bss_eval_sources(
            references[:, :, 0], estimates[order, :, 0], filter_length=taps
        )
        ours = program.scores(
            references, estimates[order], 8000, "--permute", "--filter-length", str(taps)
        )
        yield max(
            difference(column(ours, name), theirs)
            for name, theirs in (("sdr", sdr), ("sir", sir), ("sar", sar))
        )
    for seed in range(8):
        references, estimates = signals(50 + seed, 2, 4000)
        zero_mean = seed % 2 == 1
        shifted = estimates + (0.05 if seed > 3 else 0.0)
        theirs = fast_bss_eval.numpy.si_sdr(references[:, :, 0], shifted[:, :, 0], zero_mean=zero_mean)
        flags = ["--zero-mean"] if zero_mean else []
        ours = program.scores(references, shifted, 8000, "--metrics", "si_sdr", *flags)
        yield difference(column(ours, "si_sdr"), theirs)
    # More estimates than references.
    for seed in range(4):
        references, estimates = signals(80 + seed, 3, 4000)
        sdr, sir, sar, _ = fast_bss_eval.bss_eval_sources(references[:2, :, 0], estimates[:, :, 0])
        ours = program.scores(references[:2], estimates, 8000, "--permute")
        yield max(
            difference(column(ours, name), theirs)
            for name, theirs in (("sdr", sdr), ("sir", sir), ("sar", sar))
        )


def of_pystoi(program):
    """At all usual rates, with pauses, in noise from weak to strong. Noise is drawn by ESTOI."""
    for seed in range(36):
        rate = (8000, 10000, 11025, 16000, 22050, 44100, 48000, 32000, 12000)[seed % 9]
        extended = seed % 2 == 1
        references, _ = signals(seed, 1, int((0.8 + 0.1 * (seed % 7)) * rate))
        if seed % 3 == 2:
            references[0, rate // 5 : rate // 3] = 0
        noise = np.random.default_rng(seed).standard_normal(references.shape)
        estimates = references + (0.01, 0.05, 0.3)[seed // 9 % 3] * noise
        scale = 0.9 / max(1.0, np.abs(estimates).max())
        references, estimates = references * scale, estimates * scale
        theirs = pystoi.stoi(references[0, :, 0], estimates[0, :, 0], rate, extended=extended)
        name = "estoi" if extended else "stoi"
        ours = program.scores(references, estimates, rate, "--metrics", name)
        yield difference(column(ours, name), [theirs])
    for seed in range(2):
        references, _ = signals(90 + seed, 1, 3000)
        estimates = references + 0.01 * np.random.default_rng(seed).standard_normal(references.shape)
        theirs = pystoi.stoi(references[0, :, 0], estimates[0, :, 0], 10000, extended=seed == 1)
        name = "estoi" if seed == 1 else "stoi"
        (ours,) = program.scores(references, estimates, 10000, "--metrics", name)
        yield SHORT if ours[name] is None and theirs == 1e-5 else np.inf


def main():
    for name, version in VERSIONS.items():
        assert importlib.metadata.version(name) == version, name
    program = Program(pathlib.Path(sys.argv[1]).resolve())
    wanted = sys.argv[2:] or VERSIONS
    failed = False
    print("| peer | tried | agree | within | largest difference of those | differ, and why |")
    print("|---|---|---|---|---|---|")
    for name, problems, tolerance in (
        ("mir_eval", of_mir_eval, 1e-8),
        ("museval", of_museval, 1e-8),
        ("fast_bss_eval", of_fast_bss_eval, 1e-7),
        ("pystoi", of_pystoi, 1e-4),
    ):
        if name not in wanted:
            continue
        found = list(problems(program))
        known = [why for why in found if isinstance(why, str)]
        numbers = [worst for worst in found if not isinstance(worst, str)]
        agreeing = [worst for worst in numbers if worst <= tolerance]
        failed = failed or len(agreeing) < len(numbers)
        why = "; ".join(f"{known.count(w)}: {w}" for w in dict.fromkeys(known)) or "none"
        print(
            f"| {name} {VERSIONS[name]} | {len(found)} | {len(agreeing)} | {tolerance:.0e} "
            f"| {max(agreeing, default=0):.1e} | {why} |",
            flush=True,
        )
        for number, worst in enumerate(found):
            if not isinstance(worst, str) and worst > tolerance:
                print(f"{name}: problem {number} differs by {worst}", file=sys.stderr)
    sys.exit(failed)


if __name__ == "__main__":
    main()
