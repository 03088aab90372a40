"""Times `nmfsep evaluate` with its start-up beside other programs: python3 bench/evaluation_program.py NMFSEP
[CASE ...]

NMFSEP is the program. Both sides read the same 30 s of WAV files and use two threads. Ours is the whole
process, from its start to its end; of the peer are shown the call that scores alone, and its whole process
with Python's imports. By the clock, and as processor time of all threads, which other programs on the machine
blur less. Needs numpy, scipy, soundfile, mir_eval==0.8.2, museval==0.4.1, fast_bss_eval==0.1.4 and
pystoi==0.4.1; some five minutes.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

THREADS = "2"
REPETITIONS = 7
SECONDS = 30

SCORE = {
    "museval": "museval.metrics.bss_eval(ref, est, window=rate, hop=rate)",
    "mir_eval": "mir_eval.separation.bss_eval_sources(ref[:, :, 0], est[:, :, 0], compute_permutation=False)",
    "fast_bss_eval": "fast_bss_eval.bss_eval_sources(ref[:, :, 0], est[:, :, 0])",
    "pystoi": "pystoi.stoi(ref[0, :, 0], est[0, :, 0], rate)",
}

# Name, peer, sources, channels, rate, our flags, and the ratio to the peer's call that we want.
CASES = [
    ("v4", "museval", 4, 2, 44100, ["--preset", "museval"], 40),
    ("v3", "mir_eval", 4, 1, 44100, [], 60),
    ("v3-permuted", "fast_bss_eval", 4, 1, 44100, ["--permute"], 30),
    ("stoi-16k", "pystoi", 1, 1, 16000, ["--metrics", "stoi"], 10),
    ("stoi-44k", "pystoi", 1, 1, 44100, ["--metrics", "stoi"], 10),
]


def write_signals(folder, sources, channels, rate):
    """Low-passed noise, and as estimates the same with some of the next source and noise."""
    import numpy as np
    import soundfile
    from scipy.signal import lfilter

    generator = np.random.default_rng(1)
    shape = (SECONDS * rate, channels)
    noise = lambda pole: lfilter([1.0], [1.0, -pole], generator.uniform(-0.05, 0.05, shape), axis=0)
    references = np.array([noise(0.9 * s / sources) for s in range(sources)])
    estimates = 0.9 * references + 0.1 * np.roll(references, -1, axis=0)
    estimates += 0.05 * np.array([noise(0.0) for _ in range(sources)])
    for name, signals in (("ref", references), ("est", estimates)):
        (folder / name).mkdir()
        for j, signal in enumerate(signals):
            soundfile.write(folder / name / f"{j}.wav", signal, rate, subtype="FLOAT")


def score(peer, folder):
    """In a process of its own: reads the files and prints the seconds that the peer's call took."""
    import types

    sys.modules["musdb"] = types.ModuleType("musdb")  # which needs ffmpeg, and scoring does not
    import warnings

    import numpy as np
    import soundfile

    warnings.simplefilter("ignore")
    module = __import__(peer)
    __import__("mir_eval.separation") if peer == "mir_eval" else None

    def read(name):
        files = sorted((pathlib.Path(folder) / name).iterdir())
        return np.array([soundfile.read(file, always_2d=True)[0] for file in files])

    rate = soundfile.info(str(pathlib.Path(folder) / "ref/0.wav")).samplerate
    space = {peer: module, "ref": read("ref"), "est": read("est"), "rate": rate}
    start = time.perf_counter(), time.process_time()
    eval(SCORE[peer], space)
    print(json.dumps([time.perf_counter() - start[0], time.process_time() - start[1]]))


def run(command):
    """Seconds by the clock and of the processor that a whole process took, and what it printed."""
    start = time.perf_counter()
    threads = {name: THREADS for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **threads})
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, output


def median(command, most_seconds=3.0):
    """Of some runs, but of what takes seconds only one."""
    runs = [run(command)]
    while len(runs) < REPETITIONS and sum(wall for wall, *_ in runs) < most_seconds:
        runs.append(run(command))
    calls = [json.loads(output) for *_, output in runs] if command[0] == sys.executable else []
    columns = [*zip(*(times[:2] for times in runs)), *zip(*calls)]
    return [1e3 * statistics.median(column) for column in columns]


def main():
    program, *wanted = sys.argv[1:]
    program = str(pathlib.Path(program).resolve())
    wall, cpu = median([program, "--version"])
    print(f"start and end of the program alone: {wall:.1f} ms by the clock, {cpu:.1f} ms of the processor")
    print("ms                        clock                                  processor")
    print(f"{'case':12} {'peer':14}" + 2 * f"{'process':>9} {'call':>8} {'ours':>7} {'ratio':>6}   " + "wanted")
    for name, peer, sources, channels, rate, flags, ratio in CASES:
        if wanted and name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            write_signals(pathlib.Path(folder), sources, channels, rate)
            theirs = median([sys.executable, __file__, "--score", peer, folder])
            ours = median(
                [program, "evaluate", f"{folder}/ref", f"{folder}/est", "--threads", THREADS, "-q", *flags]
            )
        line = f"{name:12} {peer:14}"
        for kind in (0, 1):
            process, call, mine = theirs[kind], theirs[2 + kind], ours[kind]
            line += f"{process:9.0f} {call:8.0f} {mine:7.1f} {call / mine:6.1f}   "
        print(line + f"{ratio:4}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--score"]:
        score(*sys.argv[2:])
    else:
        main()
