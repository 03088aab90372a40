#!/usr/bin/env python3
"""What an update of nmfsep-mpi costs on 1, 2 and 4 processes of one thread each, and what a model makes
of that on a cluster.

    bench/shared_training.py build/release/bin/nmfsep-mpi
    bench/shared_training.py --model [--hours 10000] [--nodes 1 16 256] …

Measured are a training of few and one of many updates; their difference over the difference in updates
is an update's cost. Wall time counts where the machine is idle. Where it is not, processor time says what
the slowest process has to do, its waits, in which it naps, apart. An exchange is measured by itself: an
update of files of a few frames each. What the machine itself allows is measured by jobs of one process
that know nothing of each other, 2 and 4 at once. Every number is the least of --runs.

The model: an update takes

    t = share · frames · bins · atoms · c / cores + rounds · (latency + bytes / bandwidth + bytes · a)

with share the largest part of the frames that a node has, c seconds a frame, bin and atom on one core,
rounds = 2 · ⌈log₂ nodes⌉ (up the tree and down), bytes = 4 · bins · atoms + 8 · atoms, and a the time to add
a byte to another. It assumes that cores of a node share its work without loss, that nodes are alike,
and that messages of a round do not get in each other's way.
"""

import argparse
import array
import math
import os
import pathlib
import random
import subprocess
import tempfile
import wave

RATE = 44100
FEW, MANY = 4, 24
FILES = 16
ADDING = 0.25e-9  # s a byte: four floats a nanosecond, which memory alone allows


def write_noise(path, samples, noise):
    values = array.array("h", (int(noise.gauss(0, 1500)) for _ in range(samples)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(values.tobytes())


def train(arguments, folder, processes, updates, jobs):
    """(wall seconds, processor seconds of the process that takes most) of jobs that start together."""
    def start(job):
        model = folder / f"{job}.safetensors"
        model.unlink(missing_ok=True)
        command = [arguments.mpirun, "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n",
                   str(processes), "bash", "-c", 'TIMEFORMAT="took %R %U %S"; time "$@"', "bash",
                   arguments.nmfsep_mpi, "train", "in", "-o", model, "-c", str(arguments.components),
                   "--fft-size", "2048", "--hop", "512", "--iterations", str(updates), "--tolerance",
                   "0", "--threads", "1"]
        return subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)

    started = [start(job) for job in range(jobs)]
    said = [process.communicate()[1] for process in started]
    assert all(process.returncode == 0 for process in started), said
    took = [[float(number) for number in line.split()[1:]]
            for line in "".join(said).splitlines() if line.startswith("took ")]
    assert len(took) == processes * jobs, said
    return max(t[0] for t in took), max(t[1] + t[2] for t in took)


def update(arguments, folder, processes, jobs=1):
    """Seconds of an update: (wall, processor)."""
    few = [train(arguments, folder, processes, FEW, jobs) for _ in range(arguments.runs)]
    many = [train(arguments, folder, processes, MANY, jobs) for _ in range(arguments.runs)]
    return [(min(m[i] for m in many) - min(f[i] for f in few)) / (MANY - FEW) for i in (0, 1)]


def measure(arguments):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in").mkdir()
        noise = random.Random(0)
        samples = int(arguments.seconds * RATE / FILES)
        for i in range(FILES):
            write_noise(folder / "in" / f"{i:02}.wav", samples, noise)
        frames = FILES * (samples // 512)
        times = {processes: update(arguments, folder, processes) for processes in (1, 2, 4)}
        beside = {jobs: update(arguments, folder, 1, jobs)[0] for jobs in (2, 4)}
        for i in range(FILES):
            write_noise(folder / "in" / f"{i:02}.wav", 8192, noise)
        exchanges = {processes: update(arguments, folder, processes) for processes in (1, 2, 4)}
    cost = times[1][1] / (frames * 1025 * arguments.components)
    size = 4 * 1025 * arguments.components + 8 * arguments.components
    print(f"{frames} frames of 1025 bins, {arguments.components} atoms; load {os.getloadavg()[0]:.1f} on "
          f"{os.cpu_count()} cores; c = {cost:.3g} s; {size / 1000:.0f} kB are exchanged")
    print("| processes | wall, ms | × | processor time of one, ms | × | exchange alone, ms | model, ms |")
    print("|---|---|---|---|---|---|---|")
    for processes, (wall, own) in times.items():
        extra = [max(0, exchanges[processes][i] - exchanges[1][i]) for i in (0, 1)]
        model = times[1][1] / processes + extra[1]
        print(f"| {processes} | {wall * 1e3:.1f} | {times[1][0] / wall:.2f} | {own * 1e3:.1f} | "
              f"{times[1][1] / own:.2f} | {extra[0] * 1e3:.2f} | {model * 1e3:.1f} |")
    for jobs, wall in beside.items():
        print(f"{jobs} jobs of one process, which know nothing of each other, do {jobs * times[1][0] / wall:.2f} "
              "times the work of one")


def modelled(arguments):
    frames = arguments.hours * 3600 * arguments.frames_a_second
    size = 4 * arguments.bins * arguments.components + 8 * arguments.components
    work = frames * arguments.bins * arguments.components * arguments.c / arguments.cores
    print(f"{arguments.hours:g} hours, {frames:.3g} frames of {arguments.bins} bins, {arguments.components} atoms; "
          f"{arguments.cores} cores a node, c = {arguments.c:.3g} s, {arguments.latency * 1e6:g} µs and "
          f"{arguments.bandwidth / 1e9:g} GB/s between nodes; {size / 1000:.0f} kB are exchanged")
    print("| nodes | memory a node, GB | update, s | exchange in it, ms | 25 updates | efficiency |")
    print("|---|---|---|---|---|---|")
    for nodes in arguments.nodes:
        rounds = 2 * math.ceil(math.log2(nodes))
        exchange = rounds * (arguments.latency + size / arguments.bandwidth + size * ADDING)
        seconds = work * arguments.imbalance / nodes + exchange if nodes > 1 else work
        memory = frames / nodes * 4 * (arguments.bins + arguments.components) / 1e9
        minutes = 25 * seconds / 60
        total = f"{minutes:.1f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
        print(f"| {nodes} | {memory:.0f} | {seconds:.3g} | {exchange * 1e3:.2f} | {total} | "
              f"{work / nodes / seconds:.3f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nmfsep_mpi", nargs="?", type=os.path.abspath)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--components", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=64, help="of audio")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--hours", type=float, default=10000)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1, 4, 16, 64, 256])
    parser.add_argument("--cores", type=int, default=32)
    parser.add_argument("--bins", type=int, default=513, help="those of speech at 16 kHz")
    parser.add_argument("--frames-a-second", type=float, default=62.5)
    parser.add_argument("--c", type=float, default=0.1e-9, help="seconds a frame, bin and atom on a core")
    parser.add_argument("--latency", type=float, default=60e-6,
                        help="s: the shortest nap of a process that waits, more than any network")
    parser.add_argument("--bandwidth", type=float, default=1.25e9, help="bytes a second: 10 Gbit/s")
    parser.add_argument("--imbalance", type=float, default=1.02, help="the largest share over the mean")
    arguments = parser.parse_args()
    if arguments.model:
        modelled(arguments)
    elif arguments.nmfsep_mpi:
        measure(arguments)
    else:
        parser.error("give nmfsep-mpi, or --model")


if __name__ == "__main__":
    main()
