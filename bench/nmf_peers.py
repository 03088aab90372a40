#!/usr/bin/env python3
"""The NMF updates beside their peers, in one run, with the same number of threads for all.

    bench/nmf_peers.py build/bench/bin/bench_nmf [--openblas LIBRARY] [--no-sklearn]

Needs NumPy and scikit-learn. OpenBLAS's sgemm of 2048^3 is the yardstick; OPENBLAS_CORETYPE chooses
its kernels (SkylakeX, Haswell), NMFSEP_TARGET ours. Both take turns, and every figure is the median
of --rounds.
"""

import argparse
import ctypes
import json
import os
import re
import subprocess
import sys
import time
import warnings

BINS, FRAMES = 1025, 2584


def median(values):
    return sorted(values)[len(values) // 2]


class Sgemm:
    """OpenBLAS's sgemm of size^3."""

    def __init__(self, library, size=2048):
        import numpy as np

        self.blas = ctypes.CDLL(library)
        self.size = size
        self.a = np.random.default_rng(0).random((size, size), dtype=np.float32)
        self.b, self.c = self.a.copy(), np.empty_like(self.a)

    def rate(self, threads):
        self.blas.openblas_set_num_threads(threads)
        pointer = lambda matrix: matrix.ctypes.data_as(ctypes.c_void_p)
        one, zero, n = ctypes.c_float(1), ctypes.c_float(0), self.size
        clock = clock_for(threads)
        start = clock()
        self.blas.cblas_sgemm(102, 111, 111, n, n, n, one, pointer(self.a), n, pointer(self.b), n,
                              zero, pointer(self.c), n)
        return 2 * n**3 / (clock() - start)


def clock_for(threads):
    """On one thread the process's own time, which other work on the machine hardly changes."""
    return time.process_time if threads == 1 else time.perf_counter


def sklearn_seconds(components, learn, threads, few=5, many=25, runs=5):
    """Seconds of one `mu` update for KL in float32: a long call less a short one."""
    import numpy as np
    from sklearn.decomposition import non_negative_factorisation
    from threadpoolctl import threadpool_limits

    warnings.filterwarnings("ignore")
    random = np.random.default_rng(0)
    V = (random.random((FRAMES, 30)) @ random.random((30, BINS))).astype(np.float32)
    V *= random.random(V.shape, dtype=np.float32)
    W = random.random((FRAMES, components), dtype=np.float32)
    H = random.random((components, BINS), dtype=np.float32)

    def call(updates):
        start = time.perf_counter()
        non_negative_factorisation(
            V, W=W.copy() if learn else None, H=H.copy(), n_components=components,
            init="custom", update_H=learn, solver="mu", beta_loss="kullback-leibler", tol=0,
            max_iter=updates)
        return time.perf_counter() - start

    with threadpool_limits(threads):
        call(few)
        return median([(call(many) - call(few)) / (many - few) for _ in range(runs)])


def rows(program, pattern):
    names = subprocess.run([program, "--benchmark_list_tests", f"--benchmark_filter={pattern}"],
                           check=True, capture_output=True, text=True).stdout.split()
    return [re.sub("/iterations.*", "", name) for name in names]


def our_rate(program, name):
    """Useful flops a second, and seconds an update."""
    output = subprocess.run(
        [program, f"--benchmark_filter=^{name}/", "--benchmark_format=json"],
        check=True, capture_output=True, text=True).stdout
    entry = json.loads(output)["benchmarks"][0]
    return entry["flops"], entry["real_time"] * 1e-6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="bench_nmf of the preset `bench`")
    parser.add_argument("--openblas", default="libopenblas.so.0")
    parser.add_argument("--filter", default="infer/|learn/", help="rows of the program to run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-sklearn", action="store_true")
    arguments = parser.parse_args()
    if "OPENBLAS_CORETYPE" not in os.environ:
        print("OPENBLAS_CORETYPE is not set: OpenBLAS picks its kernels itself", file=sys.stderr)

    sgemm = Sgemm(arguments.openblas)
    for threads in (1, 2):
        sgemm.rate(threads)
    print(f"{'row':40}{'GF/s':>6}{'sgemm':>7}{'ratio':>7}")
    for name in rows(arguments.program, arguments.filter):
        threads = int(re.search("threads:([0-9]+)", name).group(1))
        rounds = []
        for _ in range(arguments.rounds):
            yardstick = sgemm.rate(threads)
            rate, _ = our_rate(arguments.program, name)
            rounds.append((rate / yardstick, rate, yardstick))
        ratio, rate, yardstick = (median(column) for column in zip(*rounds))
        print(f"{name:40}{rate / 1e9:6.0f}{yardstick / 1e9:7.0f}{ratio:7.2f}", flush=True)
    if arguments.no_sklearn:
        return
    for name, learn in (("infer", False), ("learn", True)):
        for components in (50, 100):
            theirs = sklearn_seconds(components, learn, threads=2)
            _, ours = our_rate(arguments.program, f"{name}/K:{components}/threads:2/beta%:100")
            flops = (8 if learn else 4) * BINS * FRAMES * components
            print(f"scikit-learn mu / {name}, K = {components}, 2 threads: {theirs * 1e3:.2f} ms "
                  f"({flops / theirs / 1e9:.0f} GF/s) / {ours * 1e3:.2f} ms = {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
