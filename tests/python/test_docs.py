import re

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs/python.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0])
def test_the_pages_examples_run(block, tmp_path, monkeypatch, data):
    (tmp_path / "data").symlink_to(data)
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "docs/python.md", "exec"), {})


def test_the_pages_imports_are_there():
    rows = re.findall(r"^\| `.*?` \| `(from nmfsep.*?)` \|$", PAGE, re.MULTILINE)
    assert len(rows) == 4
    for row in rows:
        exec(row, {})
