import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

import nmfsep


def test_the_pages_example_shares_out_files_among_two_workers(tmp_path, data):
    pytest.importorskip("dask.distributed", reason="dask.distributed is not installed")
    page = (ROOT / "docs/clusters.md").read_text()
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "batch.py").write_text(block)
    (tmp_path / "archive").mkdir()
    for name in ("drums", "bass", "piano"):
        shutil.copy(data / f"test/{name}.flac", tmp_path / f"archive/{name}.flac")
    models = [
        nmfsep.train(data / f"train/{name}.flac", name, components=4, iterations=5)
        for name in ("drums", "bass")
    ]
    nmfsep.save_models(tmp_path / "band.safetensors", models)

    done = subprocess.run(
        [sys.executable, "batch.py"],
        cwd=tmp_path,
        env={**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["stems/bass.npz", "stems/drums.npz", "stems/piano.npz"]
    assert sorted(p.name for p in (tmp_path / "stems").iterdir()) == [
        "bass.npz",
        "drums.npz",
        "piano.npz",
    ]
    with np.load(tmp_path / "stems/piano.npz") as stems:
        alone = nmfsep.separate(tmp_path / "archive/piano.flac", tmp_path / "band.safetensors")
        assert sorted(stems.files) == ["bass", "drums", "sample_rate"]
        for name in ("drums", "bass"):
            assert np.array_equal(stems[name], alone[name])
