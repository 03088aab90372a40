#!/usr/bin/env python3
"""The NMF updates beside their peers, in one run, with the same number of threads for all.

    bench/nmf_peers.py build/bench/bin/bench_nmf [--openblas LIBRARY] [--no-sklearn]

Needs NumPy and scikit-learn. OpenBLAS's sgemm of 2048^3 is the yardstick; OPENBLAS_CORETYPE chooses
its kernels (SkylakeX, Haswell). Every figure is the median of five or more.
"""

import argparse
import ctypes
import json
import os
import subprocess
import sys
import time
import warnings

BINS, FRAMES = 1025, 2584


def median(values):
    return sorted(values)[len(values) // 2]


def sgemm_rate(library, threads, size=2048, runs=9):
    import numpy as np

    blas = ctypes.CDLL(library)
    blas.openblas_set_num_threads(threads)
    a = np.random.default_rng(0).random((size, size), dtype=np.float32)
    b, c = a.copy(), np.empty_like(a)
    pointer = lambda matrix: matrix.ctypes.data_as(ctypes.c_void_p)
    one, zero = ctypes.c_float(1), ctypes.c_float(0)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        blas.cblas_sgemm(102, 111, 111, size, size, size, one, pointer(a), size, pointer(b), size,
                         zero, pointer(c), size)
        seconds.append(time.perf_counter() - start)
    return 2 * size**3 / median(seconds)


def sklearn_seconds(components, learn, threads, few=5, many=25, runs=5):
    """Seconds of one `mu` update for KL in float32: a long call less a short one."""
    import numpy as np
    from sklearn.decomposition import non_negative_factorization
    from threadpoolctl import threadpool_limits

    warnings.filterwarnings("ignore")
    random = np.random.default_rng(0)
    V = (random.random((FRAMES, 30)) @ random.random((30, BINS))).astype(np.float32)
    V *= random.random(V.shape, dtype=np.float32)
    W = random.random((FRAMES, components), dtype=np.float32)
    H = random.random((components, BINS), dtype=np.float32)

    def call(updates):
        start = time.perf_counter()
        non_negative_factorization(
            V, W=W.copy() if learn else None, H=H.copy(), n_components=components,
            init="custom", update_H=learn, solver="mu", beta_loss="kullback-leibler", tol=0,
            max_iter=updates)
        return time.perf_counter() - start

    with threadpool_limits(threads):
        call(few)
        return median([(call(many) - call(few)) / (many - few) for _ in range(runs)])


def our_rates(program):
    output = subprocess.run(
        [program, "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true",
         "--benchmark_format=json"], check=True, capture_output=True, text=True).stdout
    rates = {}
    for entry in json.loads(output)["benchmarks"]:
        if entry["aggregate_name"] != "median":
            continue
        name, *arguments = entry["run_name"].split("/")
        values = dict(argument.split(":") for argument in arguments[:3])
        rates[name, int(values["K"]), int(values["threads"]), int(values["beta%"])] = (
            entry["flops"], entry["real_time"] * 1e-6)
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="bench_nmf of the preset `bench`")
    parser.add_argument("--openblas", default="libopenblas.so.0")
    parser.add_argument("--no-sklearn", action="store_true")
    arguments = parser.parse_args()
    if "OPENBLAS_CORETYPE" not in os.environ:
        print("OPENBLAS_CORETYPE is not set: OpenBLAS picks its kernels itself", file=sys.stderr)

    before = {threads: sgemm_rate(arguments.openblas, threads) for threads in (1, 2)}
    rates = our_rates(arguments.program)
    after = {threads: sgemm_rate(arguments.openblas, threads) for threads in (1, 2)}
    sgemm = {threads: max(before[threads], after[threads]) for threads in (1, 2)}
    print(f"sgemm: {sgemm[1] / 1e9:.0f} GF/s on one thread, {sgemm[2] / 1e9:.0f} on two")
    print(f"{'update':8}{'K':>5}{'beta':>6}{'threads':>9}{'GF/s':>8}{'/ sgemm':>9}{'/ 1 thread':>12}")
    for (name, components, threads, beta), (rate, _) in rates.items():
        scaling = rate / rates[name, components, 1, beta][0]
        print(f"{name:8}{components:5}{beta / 100:6.1f}{threads:9}{rate / 1e9:8.0f}"
              f"{rate / sgemm[threads]:9.2f}{scaling:12.2f}")
    if arguments.no_sklearn:
        return
    for name, learn in (("infer", False), ("learn", True)):
        for components in (50, 100):
            theirs = sklearn_seconds(components, learn, threads=2)
            ours = rates[name, components, 2, 100][1]
            print(f"scikit-learn mu / {name}, K = {components}, 2 threads: {theirs * 1e3:.2f} ms / "
                  f"{ours * 1e3:.2f} ms = {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
