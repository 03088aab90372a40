#!/usr/bin/env python3
"""OpenBLAS's sgemm through numpy at the sizes of bench_linear, in GF/s: the best of ten.
Layers as bench_linear has them: outputs/inputs/batch/place. Seconds are the process's own.

Set OMP_NUM_THREADS to as many threads as bench_linear has."""
import time

import numpy

SIZES = [(2048, 2048, 2048), (2049, 125, 500), (25, 10245, 500), (2049, 500, 125),
         (512, 513, 128), (512, 3591, 256)]

LAYERS = [(200, 513), (100, 200), (200, 100), (513, 200), (600, 600), (2049, 600), (600, 2049)]
BATCH = 128


def random(rows, columns):
    return numpy.asfortranarray(numpy.random.rand(rows, columns).astype(numpy.float32))


def measure(name, a, b):
    flops = 2 * a.shape[0] * a.shape[1] * b.shape[1]
    repeats = max(1, int(2e8 / flops))
    best = float("inf")
    for _ in range(10):
        start = time.process_time()
        for _ in range(repeats):
            a @ b
        best = min(best, (time.process_time() - start) / repeats)
    print(f"{name}: {flops / best * 1e-9:.1f} GF/s")


for rows, depth, columns in SIZES:
    measure(f"{rows}/{depth}/{columns}", random(rows, depth), random(depth, columns))
for outputs, inputs in LAYERS:
    W, x, g = random(outputs, inputs), random(inputs, BATCH), random(outputs, BATCH)
    for place, factors in enumerate([(W, x), (W.T, g), (g, x.T)]):
        measure(f"layer/{outputs}/{inputs}/{BATCH}/{place}", *factors)
