#!/usr/bin/env python3
"""Runs the tests of separation that mir_eval and museval have for themselves against our functions.

    git clone --branch 0.8.2 https://github.com/mir-evaluation/mir_eval
    git clone https://github.com/sigsep/sigsep-mus-eval
    PYTHONPATH=build/release/python build/python/bin/python tests/reference/peer_suites.py \
        mir_eval sigsep-mus-eval

Their files are run as they are, but for two lines of mir_eval's: one skips all of them, since its
separation module is deprecated, and in one the warning that says so is counted, which ours has not.
Those of museval that score a track of MUSDB18 want ffmpeg, and are left out where it is missing. Nothing else
of the peers is replaced.
"""

import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CONFTEST = """
import sys
import nmfsep.metrics
{replace}
"""

MIR_EVAL = """
import mir_eval
mir_eval.separation = sys.modules["mir_eval.separation"] = nmfsep.metrics.mir_eval
"""

MUSEVAL = """
import types
if {stub}:  # museval imports these to read tracks alone
    sys.modules["musdb"] = types.ModuleType("musdb")
import museval
import museval.metrics
for name in nmfsep.metrics.museval.__all__:
    ours = getattr(nmfsep.metrics.museval, name)
    for module in (museval, museval.metrics):
        if hasattr(module, name):
            setattr(module, name, ours)
"""


def run(name, replace, files, folder):
    """Runs files (name: text) as tests in a copy of the folder `data` is in."""
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "data").symlink_to((folder / "data").resolve())
        (work / "conftest.py").write_text(CONFTEST.format(replace=replace))
        for file, text in files.items():
            (work / file).write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "-rsfE", "-p", "no:cacheprovider", *files]
        print(f"== {name}", flush=True)
        return subprocess.run(command, cwd=work).returncode


def main():
    mir_eval, museval = (pathlib.Path(path) / "tests" for path in sys.argv[1:3])
    text = (mir_eval / "test_separation.py").read_text()
    text, skips = re.subn(r"^pytest\.skip\(allow_module_level=True\)\n", "", text, flags=re.MULTILINE)
    text, first = re.subn(r"record\[1\]\.message", "record[0].message", text)
    text, second = re.subn(r"record\[2\]\.message", "record[1].message", text)
    assert (skips, first, second) == (1, 1, 1), "another version of mir_eval's tests"
    failed = run("mir_eval", MIR_EVAL, {"test_separation.py": text}, mir_eval)

    has_data = shutil.which("ffmpeg") and importlib.util.find_spec("musdb")
    files = ["test_bsseval.py", "test_museval.py"] + ["test_regression.py"] * bool(has_data)
    files = {file: (museval / file).read_text() for file in files}
    failed |= run("museval", MUSEVAL.format(stub=not has_data), files, museval)
    sys.exit(bool(failed))


main()
