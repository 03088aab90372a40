"""Times the metrics beside other programs: python3 bench/evaluation.py BENCH_EVALUATION [CASE ...]

BENCH_EVALUATION is the program that the preset `bench` builds. Needs numpy, mir_eval==0.8.2,
museval==0.4.1, fast_bss_eval==0.1.4 and pystoi==0.4.1. Two threads for all; about five minutes.
"""

import os

THREADS = "2"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = THREADS

import json
import statistics
import subprocess
import sys
import time
import types
import warnings

# museval loads musdb, and that ffmpeg, which scoring does without.
sys.modules["musdb"] = types.ModuleType("musdb")

import fast_bss_eval
import mir_eval
import museval
import numpy as np
import pystoi
from scipy.signal import lfilter

warnings.simplefilter("ignore")


def signals(sources, channels, seconds, rate):
    """Low-passed noise, and as estimates the same with some of the next source and noise."""
    generator = np.random.default_rng(1)
    shape = (int(seconds * rate), channels)
    noise = lambda pole: lfilter([1.0], [1.0, -pole], generator.uniform(-1, 1, shape), axis=0)
    references = np.array([noise(0.9 * s / sources) for s in range(sources)])
    mixed = 0.9 * references + 0.1 * np.roll(references, -1, axis=0)
    return references, mixed + 0.05 * np.array([noise(0.0) for _ in range(sources)])


def v4_frames():
    references, estimates = signals(4, 2, 30, 44100)
    return lambda: museval.metrics.bss_eval(references, estimates, window=44100, hop=44100)


def v3_sources_permutation():
    references, estimates = signals(4, 1, 30, 44100)
    args = references[:, :, 0], estimates[:, :, 0]
    return lambda: mir_eval.separation.bss_eval_sources(*args, compute_permutation=True)


def v3_sources_fast():
    references, estimates = signals(4, 1, 30, 44100)
    args = references[:, :, 0], estimates[:, :, 0]
    return lambda: fast_bss_eval.bss_eval_sources(*args, compute_permutation=True)


def v3_images_one_frame():
    references, estimates = signals(4, 2, 1, 44100)
    return lambda: museval.metrics.bss_eval(
        references, estimates, window=44100, hop=44100, framewise_filters=True
    )


def stoi(rate):
    references, estimates = signals(2, 1, 30, rate)
    return lambda: pystoi.stoi(references[0, :, 0], estimates[0, :, 0], rate)


# Name, peer, how to prepare its run, our benchmark, and the ratio that we want.
CASES = [
    ("v4", "museval", v4_frames, "v4_frames/process_time/real_time", 40),
    ("v3", "mir_eval", v3_sources_permutation, "v3_sources_permutation/process_time/real_time", 150),
    ("v3-fast", "fast_bss_eval", v3_sources_fast, "v3_sources_permutation/process_time/real_time", 15),
    ("v3-frame", "museval", v3_images_one_frame, "v3_images_one_frame/process_time/real_time", 150),
    ("stoi-16k", "pystoi", lambda: stoi(16000), "stoi_30_s/16000/process_time/real_time", 10),
    ("stoi-44k", "pystoi", lambda: stoi(44100), "stoi_30_s/44100/process_time/real_time", 10),
]


REPETITIONS = 5


def ours(program, benchmark):
    """Median milliseconds by the clock, and of the processor in all threads."""
    command = ["taskset", "-c", "0,1", program, "--benchmark_format=json"]
    command += [f"--benchmark_filter=^{benchmark}$", f"--benchmark_repetitions={REPETITIONS}"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = json.loads(output)["benchmarks"]
    median = next(row for row in rows if row.get("aggregate_name") == "median")
    return median["real_time"], median["cpu_time"]


def theirs(run):
    """The same of some runs, but of what takes seconds only one."""
    clock, processor = [], []
    while len(clock) < REPETITIONS and sum(clock) < 2e3:
        start = time.perf_counter(), time.process_time()
        run()
        clock.append(1e3 * (time.perf_counter() - start[0]))
        processor.append(1e3 * (time.process_time() - start[1]))
    return statistics.median(clock), statistics.median(processor)


def main():
    program, *wanted = sys.argv[1:]
    print("By the clock, and in processor time, which other programs on the machine blur less:")
    print(f"{'case':10} {'peer':14} {'peer ms':>10} {'ours ms':>10} {'ratio':>8} {'wanted':>7}"
          f" {'peer cpu':>10} {'ours cpu':>10} {'ratio':>8}")
    for name, peer, prepare, benchmark, ratio in CASES:
        if wanted and name not in wanted:
            continue
        (a, a_cpu), (b, b_cpu) = theirs(prepare()), ours(program, benchmark)
        print(f"{name:10} {peer:14} {a:10.0f} {b:10.1f} {a / b:8.0f} {ratio:7}"
              f" {a_cpu:10.0f} {b_cpu:10.1f} {a_cpu / b_cpu:8.0f}", flush=True)


if __name__ == "__main__":
    main()
