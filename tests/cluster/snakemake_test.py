#!/usr/bin/env python3
"""Snakemake separates files in shares and merges what they say; a share that is lost is done again,
and only what is missing of it.

    snakemake_test.py NMFSEP

Ends with status 77 and a word where Snakemake is not installed.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from slurm_test import ROOT, make_material, skip

SHARES = 4


def separate(nmfsep, folder, models):
    subprocess.run(
        ["snakemake", "--snakefile", str(ROOT / "cluster" / "Snakefile"), "--cores", "2",
         "--quiet", "--config", "inputs=in", "models=" + " ".join(models), "out=out",
         f"shards={SHARES}", f"nmfsep={nmfsep}", "flags=--iterations 20"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return [json.loads(line) for line in (folder / "out/manifest.jsonl").read_text().splitlines()]


def main():
    nmfsep = str(pathlib.Path(sys.argv[1]).resolve())
    if not shutil.which("snakemake"):
        skip("snakemake not found")
    with tempfile.TemporaryDirectory(prefix="nmfsep-snakemake-") as name:
        folder = pathlib.Path(name)
        models = make_material(nmfsep, folder)
        records = separate(nmfsep, folder, models)
        assert {r["status"] for r in records} == {"done"}, records
        assert len({r["input"] for r in records}) == len(list((folder / "in").iterdir()))
        kept = folder / "out" / "000" / "low.wav"
        lost = folder / "out" / "001" / "low.wav"
        before = kept.stat().st_mtime_ns
        lost.unlink()
        (folder / "out/.manifests/2.done").unlink()
        (folder / "out/manifest.jsonl").unlink()
        assert len(separate(nmfsep, folder, models)) == len(records)
        assert lost.exists()
        assert kept.stat().st_mtime_ns == before
        print(f"{len(records)} files done in {SHARES} shares")


if __name__ == "__main__":
    main()
