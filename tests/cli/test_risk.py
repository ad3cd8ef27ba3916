"""Sanction lists from the command line: imported whole or not at all, and shown."""

from pathlib import Path

from tests.cli.conftest import Fondaco

GOOD = "id,name,aliases\n1,Eric Badege,E. Badege\n2,Somebody Else,\n"


def test_a_list_is_imported_once_and_shown(fondaco: Fondaco, url: str, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(GOOD, encoding="utf-8")
    assert "nobody is screened" in fondaco("risk", "lists").out
    for words in ("2 entries, imported", "2 entries, was there already"):
        said = fondaco("risk", "import", "own", "own.csv", "--version", "1")
        assert (said.status, words in said.out) == (0, True)
    shown = fondaco("risk", "lists").out
    assert shown.split()[:5] == ["own", "1", "2", "entries", "3"]
    assert fondaco("risk", "hits").out == "There are no hits that are open.\n"


def test_a_file_with_a_bad_row_is_not_loaded(fondaco: Fondaco, url: str, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(GOOD + "3,,\n", encoding="utf-8")
    said = fondaco("risk", "import", "own", "own.csv", "--version", "1")
    assert said.status == 1
    assert "own.csv line 4: the name is missing" in said.err
    assert "nobody is screened" in fondaco("risk", "lists").out


def test_misuse_is_told(fondaco: Fondaco, url: str, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(GOOD, encoding="utf-8")
    for arguments, words in (
        (("import", "No Name", "own.csv", "--version", "1"), "is no name of a list"),
        (("import", "own", "none.csv", "--version", "1"), "cannot read"),
        (("import", "own", "own.csv", "--version", ""), "a version has 1 to 100 characters"),
        (("hits", "--state", "odd"), "is no state"),
    ):
        said = fondaco("risk", *arguments)
        assert said.status != 0
        assert words in said.err
