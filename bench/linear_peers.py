#!/usr/bin/env python3
"""OpenBLAS's sgemm through numpy at the sizes of bench_linear, in GF/s: the best of ten.

Set OMP_NUM_THREADS to as many threads as bench_linear has, and let nothing else run."""
import time

import numpy

SIZES = [(2048, 2048, 2048), (2049, 125, 500), (25, 10245, 500), (2049, 500, 125),
         (512, 513, 128), (512, 3591, 256)]

for rows, depth, columns in SIZES:
    a = numpy.asfortranarray(numpy.random.rand(rows, depth).astype(numpy.float32))
    b = numpy.asfortranarray(numpy.random.rand(depth, columns).astype(numpy.float32))
    flops = 2 * rows * depth * columns
    repeats = max(1, int(2e8 / flops))
    best = float("inf")
    for _ in range(10):
        start = time.perf_counter()
        for _ in range(repeats):
            a @ b
        best = min(best, (time.perf_counter() - start) / repeats)
    print(f"{rows}/{depth}/{columns}: {flops / best * 1e-9:.1f} GF/s")
