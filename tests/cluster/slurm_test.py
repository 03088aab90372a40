#!/usr/bin/env python3
"""An array of eight Slurm tasks separates 200 files, two of the tasks are killed, the array is
submitted again, and one merged manifest says 200 done. The Slurm is real: munged, slurmctld and
slurmd of the distribution on the loopback, in a folder of their own.

    slurm_test.py NMFSEP

Ends with status 77 and a word where Slurm is not installed or does not start.
"""

import json
import math
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from wav_file import write_wav

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILES, TASKS = 200, 8
NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo")


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(77)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.2)
    raise TimeoutError(what)


class Slurm:
    """One node on the loopback, with as many CPUs as the machine."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        socket_path = folder / "munge.socket"
        name = socket.gethostname()
        for part in ("state", "spool"):
            (folder / part).mkdir()
        (folder / "munge.key").write_bytes(os.urandom(1024))
        (folder / "munge.key").chmod(0o600)
        (folder / "slurm.conf").write_text(f"""\
ClusterName=test
SlurmctldHost={name}(127.0.0.1)
SlurmUser=root
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
AuthType=auth/munge
AuthInfo=socket={socket_path}
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
ReturnToService=2
MpiDefault=none
SlurmdParameters=config_overrides
NodeName={name} NodeAddr=127.0.0.1 CPUs={TASKS} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")
        self.environment = dict(os.environ, SLURM_CONF=str(folder / "slurm.conf"))
        self.start("munged", "--foreground", "--force", f"--socket={socket_path}",
                   f"--key-file={folder}/munge.key", f"--pid-file={folder}/munge.pid",
                   f"--log-file={folder}/munge.log", f"--seed-file={folder}/munge.seed")
        wait_until("munged opens its socket", 20, socket_path.exists)
        self.start("slurmctld", "-D", "-c")
        self.start("slurmd", "-D", "-N", name)
        wait_until("the node is idle", 60,
                   lambda: "idle" in self.run("sinfo", "-h", "-o", "%T", check=False))

    def start(self, *command):
        with open(self.folder / f"{command[0]}.out", "w") as log:
            self.daemons.append(subprocess.Popen(command, env=self.environment, stdout=log,
                                                 stderr=subprocess.STDOUT))

    def run(self, *command, check=True, **variables):
        done = subprocess.run(command, env=dict(self.environment, **variables), cwd=self.folder,
                              check=check, text=True, capture_output=True)
        return done.stdout

    def stop(self):
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()


def write_tone(path, hertz, seconds, rate=8000):
    write_wav(str(path), (
        0.27 * math.sin(2 * math.pi * hertz * n / rate) * (1.1 + math.sin(5 * n / rate)) / 2.1
        for n in range(int(seconds * rate))), rate)


def make_material(nmfsep, folder):
    (folder / "in").mkdir()
    for i in range(FILES):
        write_tone(folder / "in" / f"{i:03}.wav", 200 + 2 * i, 0.3)
    models = []
    for name, hertz in (("low", 220), ("high", 523)):
        write_tone(folder / f"{name}.wav", hertz, 1.5)
        models.append(f"{name}.safetensors")
        subprocess.run([nmfsep, "train", f"{name}.wav", "-c", "4", "-o", models[-1], "--quiet"],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return models


def records(folder, manifest):
    path = folder / manifest
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def submit(slurm, nmfsep, models):
    words = [word for model in models for word in ("-m", model)]
    job = slurm.run("sbatch", "--parsable", f"--array=1-{TASKS}", "--cpus-per-task=1",
                    str(ROOT / "cluster" / "separate.slurm"), "in", *words, "-o", "out",
                    "--iterations", "10000", "--tolerance", "0", NMFSEP=nmfsep).strip()
    return job


def kill_task(job, task):
    """Kills the nmfsep of a task of our array at once, as a power cut would; says whether one ran."""
    wanted = {f"SLURM_ARRAY_JOB_ID={job}".encode(), f"SLURM_ARRAY_TASK_ID={task}".encode()}
    killed = False
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            of_task = wanted <= set((process / "environ").read_bytes().split(b"\0"))
            if of_task and (process / "comm").read_text().strip() == "nmfsep":
                os.kill(int(process.name), signal.SIGKILL)
                killed = True
        except OSError:
            continue  # it has ended, or is none of ours
    return killed


def ended(slurm, job):
    return lambda: not slurm.run("squeue", "-h", "-j", job, check=False).strip()


def check(slurm, nmfsep, folder):
    models = make_material(nmfsep, folder)
    job = submit(slurm, nmfsep, models)
    for task in (2, 5):
        wait_until(f"task {task} is at work", 120,
                   lambda: records(folder, f"manifests/{task}.jsonl") and kill_task(job, task))
    wait_until("the array ends", 300, ended(slurm, job))
    done = [r["input"] for task in range(1, TASKS + 1)
            for r in records(folder, f"manifests/{task}.jsonl") if r["status"] == "done"]
    killed_left = FILES - len(done)
    assert killed_left > 0, "the killed tasks had done all their files already"

    wait_until("the second array ends", 300, ended(slurm, submit(slurm, nmfsep, models)))
    parts = [f"manifests/{task}.jsonl" for task in range(1, TASKS + 1)]
    subprocess.run([nmfsep, "manifest", "merge", *parts, "-o", "stems.jsonl"], cwd=folder, check=True)
    merged = records(folder, "stems.jsonl")
    assert len(merged) == FILES, len(merged)
    assert {r["status"] for r in merged} == {"done"}
    assert len({r["input"] for r in merged}) == FILES
    stems = list((folder / "out").rglob("*.wav"))
    assert len(stems) == 2 * FILES, len(stems)
    assert all(stem.stat().st_size > 1000 for stem in stems)
    print(f"{FILES} files done by {TASKS} tasks; {killed_left} were left when two were killed")


def main():
    nmfsep = str(pathlib.Path(sys.argv[1]).resolve())
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        skip(f"{', '.join(missing)} not found; install munge, slurmctld, slurmd and slurm-client")
    if os.geteuid() != 0:
        skip("slurmd needs root")
    with tempfile.TemporaryDirectory(prefix="nmfsep-slurm-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        slurm = None
        try:
            slurm = Slurm.__new__(Slurm)
            slurm.__init__(folder)
        except (OSError, TimeoutError) as fault:
            logs = "".join(path.read_text(errors="replace")[-500:] for path in folder.glob("*.log"))
            slurm.stop()
            skip(f"Slurm does not start here: {fault}\n{logs}")
        try:
            check(slurm, nmfsep, folder)
        finally:
            slurm.stop()


if __name__ == "__main__":
    main()
