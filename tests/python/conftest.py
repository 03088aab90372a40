import os
import pathlib
import subprocess

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def program():
    """Runs the program, by NMFSEP_PROGRAM or of build/release, and answers what it printed."""
    path = os.environ.get("NMFSEP_PROGRAM", ROOT / "build/release/bin/nmfsep")

    def run(*arguments, cwd=None):
        done = subprocess.run(
            [str(path), *map(str, arguments)], cwd=cwd, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def data():
    """The small trio."""
    return ROOT / "data"
