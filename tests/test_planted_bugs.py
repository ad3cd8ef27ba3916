"""The planted bugs can still be planted. Whether they are caught takes minutes: run by hand."""

import shlex
from pathlib import Path

import pytest

from tests.planted_bugs import BUGS, ROOT, Bug, planted


@pytest.mark.parametrize("bug", BUGS, ids=[bug.what for bug in BUGS])
def test_each_has_its_place_and_its_tests(bug: Bug, tmp_path: Path) -> None:
    changed = planted(bug, tmp_path) / "fondaco" / bug.file
    assert bug.new in changed.read_text(encoding="utf-8")
    assert (ROOT / shlex.split(bug.caught_by)[0]).is_file()


def test_the_page_names_them_all() -> None:
    page = (ROOT / "docs" / "internals" / "planted-bugs.md").read_text(encoding="utf-8")
    assert [bug.what for bug in BUGS if f"| {bug.what} |" not in page] == []
