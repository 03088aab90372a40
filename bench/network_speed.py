#!/usr/bin/env python3
"""Compares the products of a mask network's training with sgemm, one after the other in one run.

    OMP_NUM_THREADS=1 bench/network_speed.py build/bench/bin/bench_linear [--rounds 5]

A line says a layer (outputs × inputs, a batch of 256 frames of a step), one of its three products,
and the speed of both in GF/s, the best of all rounds; then the mean of the ratios. Seconds are of
processor time, of one thread on both sides. sgemm is that of numpy (OpenBLAS, mostly).
"""

import argparse
import json
import os
import subprocess
import time

import numpy

BATCH = 256
LAYERS = [(512, 1801), (512, 512), (768, 512), (1026, 512)]
PRODUCTS = ["W·x", "Wᵀ·g", "g·xᵀ"]


def random(rows, columns):
    return numpy.asfortranarray(numpy.random.rand(rows, columns).astype(numpy.float32))


def sgemm(outputs, inputs, place):
    """GF/s of one round."""
    W, x, g = random(outputs, inputs), random(inputs, BATCH), random(outputs, BATCH)
    a, b = [(W, x), (W.T, g), (g, x.T)][place]
    flops = 2 * outputs * inputs * BATCH
    repeats = int(2e9 / flops) + 1
    a @ b
    start = time.process_time()
    for _ in range(repeats):
        a @ b
    return flops * repeats / (time.process_time() - start) * 1e-9


def ours(program, outputs, inputs, place):
    said = subprocess.run(
        [program, f"--benchmark_filter=^layer/{outputs}/{inputs}/{BATCH}/{place}/",
         "--benchmark_format=json", "--benchmark_min_time=0.05"],
        check=True, capture_output=True, env={**os.environ, "NMFSEP_THREADS": "1"}).stdout
    return json.loads(said)["benchmarks"][0]["GF/s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench_linear")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        parser.error("set OMP_NUM_THREADS=1, or the two are not of as many threads")
    ratios = []
    for outputs, inputs in LAYERS:
        for place, product in enumerate(PRODUCTS):
            best = [0.0, 0.0]
            for _ in range(arguments.rounds):
                best[0] = max(best[0], ours(arguments.bench_linear, outputs, inputs, place))
                best[1] = max(best[1], sgemm(outputs, inputs, place))
            ratios.append(best[0] / best[1])
            print(f"{outputs:5} × {inputs:4}  {product:5} {best[0]:7.1f}  sgemm {best[1]:7.1f}"
                  f"  ratio {ratios[-1]:.2f}", flush=True)
    print(f"mean of the ratios {sum(ratios) / len(ratios):.2f}")


if __name__ == "__main__":
    main()
