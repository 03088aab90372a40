import pytest
from conftest import ROOT


def outputs_of(notebook, kind):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [out for cell in cells for out in cell.outputs if kind in (out.get("data") or out)]


def test_the_notebook_runs_to_its_end_with_pictures_sounds_and_scores(tmp_path, monkeypatch):
    for module in ("nbclient", "ipykernel", "matplotlib"):
        pytest.importorskip(module, reason=f"{module} is not installed; scripts/python does that")
    import nbclient
    import nbformat

    notebook = nbformat.read(ROOT / "docs/first-steps.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "it is kept without outputs"
    work = tmp_path / "work"
    work.mkdir()
    for variable in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):  # nothing in the home folder
        monkeypatch.setenv(variable, str(tmp_path / "jupyter"))
    resources = {"metadata": {"path": str(work)}}
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()

    assert len(outputs_of(notebook, "image/png")) == 2
    players = [out for out in outputs_of(notebook, "text/html") if "<audio" in out.data["text/html"]]
    assert len(players) == 3
    printed = "".join(out.text for out in outputs_of(notebook, "text"))
    assert "strings  SDR" in printed and "shaker   SDR" in printed
    assert "Warning" not in printed
    assert list(work.iterdir()) == []
