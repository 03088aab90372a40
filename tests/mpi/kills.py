#!/usr/bin/env python3
"""Kills processes of a shared training at random moments.

    kills.py NMFSEP_MPI [--times N] [--seed N] [--mpirun PATH] [--seconds S]

Each time a training of four processes begins, and at a random moment one of them, or mpirun, gets
SIGKILL or SIGTERM. Then all must have ended, no file of the model's name be there unless whole, and
the same command, with another number of processes, must end with the bytes of a training that
nobody interrupted.
"""

import argparse
import collections
import math
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from wav_file import write_wav

PROCESSES = 4


def write_tone(path, hertz, seconds, rate=8000):
    write_wav(str(path), (
        0.27 * math.sin(2 * math.pi * hertz * n / rate) * (1.1 + math.sin(hertz * n / rate / 40))
        for n in range(int(seconds * rate))), rate)


class Training:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        self.updates = 20

    def start(self, processes, output, *flags):
        return subprocess.Popen(
            [self.arguments.mpirun, "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n",
             str(processes), self.arguments.nmfsep_mpi, "train", "in", "-o", output, "--name", "tones",
             "-c", "8", "--iterations", str(self.updates), "--tolerance", "0", "--threads", "1",
             *flags],
            cwd=self.folder, env={**os.environ, "PMIX_MCA_gds": "hash"}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def whole(self, output):
        """Seconds that a training takes which nobody interrupts."""
        (self.folder / output).unlink(missing_ok=True)
        began = time.monotonic()
        run = self.start(PROCESSES, output)
        said, _ = run.communicate(timeout=300)
        assert run.returncode == 0, said
        return time.monotonic() - began

    def calibrate(self, seconds):
        """As many updates as take about so long beside the start of processes. Seconds of both."""
        start = self.whole("whole.safetensors")
        while True:
            self.updates *= 4
            taken = self.whole("whole.safetensors")
            if taken > start + seconds / 2:
                return taken


def ranks_of(mpirun):
    """Process ids by rank."""
    found = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text()
            parent = int(state[state.rindex(")") + 2:].split()[1])
            if parent == mpirun.pid:
                variables = (process / "environ").read_bytes().split(b"\0")
                for variable in variables:
                    if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
                        found[int(variable.split(b"=")[1])] = int(process.name)
        except (OSError, ValueError):
            continue  # it has ended
    return found


def state_of(process):
    """As ps has it: "R", "S", "Z" …; nothing where it is gone."""
    try:
        state = pathlib.Path(f"/proc/{process}/stat").read_text()
        return state[state.rindex(")") + 2]
    except OSError:
        return ""


def is_alive(process):
    return state_of(process) not in ("", "Z")


def end_of(run, ranks, hit, counts):
    """Waits until all have ended. Without PMIX_MCA_gds=hash mpirun at times waits on when they have."""
    late = time.monotonic() + 120
    while True:
        try:
            return run.communicate(timeout=10)[0]
        except subprocess.TimeoutExpired:
            alive = {rank: state_of(process) for rank, process in ranks.items() if is_alive(process)}
            if not alive and ranks:
                counts["mpirun waited on when all had ended"] += 1
                run.kill()
            elif time.monotonic() > late:
                run.kill()
                raise AssertionError(f"{hit}, and two minutes later there are {alive}") from None


def kill_once(training, chance, seconds, counts):
    """Answers whether a checkpoint was there to go on from."""
    run = training.start(PROCESSES, "model.safetensors", "--checkpoint", "kept", "--checkpoint-every", "2")
    end = time.monotonic() + chance.uniform(0.1, seconds)
    ranks = {}
    while time.monotonic() < end and run.poll() is None:
        ranks = ranks_of(run) or ranks
        time.sleep(0.01)
    how = chance.choice((signal.SIGKILL, signal.SIGTERM))
    victim = chance.choice(("mpirun", *range(PROCESSES)))
    hit = "nothing"
    if run.poll() is None:
        target = run.pid if victim == "mpirun" else ranks.get(victim)
        if target is not None and is_alive(target):
            os.kill(target, how)
            hit = f"{how.name} to {victim}"
            counts["killed"] += 1
            counts[f"{how.name} to {victim if victim == 'mpirun' else 'a process'}"] += 1
    said = end_of(run, ranks, hit, counts)
    gone = time.monotonic() + 20
    while any(is_alive(process) for process in ranks.values()):
        assert time.monotonic() < gone, f"{hit}: processes are left"
        time.sleep(0.05)
    counts["ended before"] += run.returncode == 0
    model = training.folder / "model.safetensors"
    whole = (training.folder / "whole.safetensors").read_bytes()
    assert not model.exists() or model.read_bytes() == whole, "a model is not whole"
    assert run.returncode != 0 or model.exists(), said
    return (training.folder / "kept").exists()


def check(arguments, folder):
    chance = random.Random(arguments.seed)
    (folder / "in").mkdir()
    for i in range(8):
        write_tone(folder / "in" / f"{i}.wav", 150 + 40 * i, 2 + i % 3)
    training = Training(arguments, folder)
    seconds = training.calibrate(arguments.seconds)
    whole = (folder / "whole.safetensors").read_bytes()
    counts = collections.Counter()
    while counts["killed"] < arguments.times:
        print(", ".join(f"{what} {count}" for what, count in sorted(counts.items())), flush=True)
        counts["with a checkpoint"] += kill_once(training, chance, seconds, counts)
        model = folder / "model.safetensors"
        model.unlink(missing_ok=True)
        processes = chance.choice((1, 2, 3, 4))
        run = training.start(processes, model.name, "--checkpoint", "kept", "--checkpoint-every", "2")
        said, _ = run.communicate(timeout=300)
        assert run.returncode == 0, said
        assert model.read_bytes() == whole, f"resumed by {processes}, other bytes"
        left = sorted(path.name for path in folder.iterdir())
        assert left == ["in", "model.safetensors", "whole.safetensors"], left
        model.unlink()
    print(f"Trainings of {training.updates} updates and {seconds:.1f} s: "
          + ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
          + "; nothing half-written, no process left, each resumed to the same bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nmfsep_mpi", type=os.path.abspath)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--seconds", type=float, default=3)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="nmfsep-kills-") as folder:
        check(arguments, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
