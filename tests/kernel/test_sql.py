"""SQL files: named statements and parameters, and mistakes that are noticed at once."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fondaco.kernel import sql
from fondaco.kernel.sql import compile_statement


def test_parameters_are_numbered_in_order_of_appearance() -> None:
    statement = compile_statement("s", "select :b, :a, :b")
    assert statement.text == "select $1, $2, $1"
    assert statement.parameters == ("b", "a")
    assert statement.arguments({"a": 1, "b": 2}) == [2, 1]


def test_a_cast_is_no_parameter() -> None:
    statement = compile_statement("s", "select :ids::bigint[], now()::date, '{}'::json")
    assert statement.text == "select $1::bigint[], now()::date, '{}'::json"
    assert statement.parameters == ("ids",)


def test_what_a_comment_says_is_no_parameter() -> None:
    statement = compile_statement("s", "-- about :this\nselect :that -- and not :other\n;\n")
    assert statement.text.split() == ["select", "$1"]
    assert statement.parameters == ("that",)


@pytest.mark.parametrize("values", [{}, {"a": 1, "b": 2}, {"b": 1}])
def test_a_missing_or_unknown_parameter_is_a_bug(values: dict[str, int]) -> None:
    statement = compile_statement("s", "select :a")
    with pytest.raises((TypeError, KeyError), match=r"'[ab]'"):
        statement.arguments(values)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An importable package with a `sql` folder of the test's own."""
    folder = tmp_path / "a_package_of_sql" / "sql"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield folder
    sys.modules.pop("a_package_of_sql", None)


def test_a_file_holds_many_statements(package: Path) -> None:
    (package / "queries.sql").write_text(
        "-- A file may begin with words.\n\n"
        "-- name: one\n-- The first.\nselect :x\n\n"
        "-- name: two\n-- The second.\nselect :y;\n"
    )
    (package / "readme.txt").write_text("-- name: three\nselect 3")
    statements = sql.load("a_package_of_sql")
    assert [s.name for s in statements] == ["a_package_of_sql.one", "a_package_of_sql.two"]
    assert statements.one.text == "select $1"
    assert statements.two.parameters == ("y",)
    with pytest.raises(AttributeError, match="no SQL statement named 'three'"):
        _ = statements.three


def test_one_file_can_be_asked_for(package: Path) -> None:
    (package / "a.sql").write_text("-- name: a\nselect 1\n")
    (package / "b.sql").write_text("-- name: b\nselect 2\n")
    assert [s.text for s in sql.load("a_package_of_sql", only="b.sql")] == ["select 2"]


def test_a_name_twice_is_an_error(package: Path) -> None:
    (package / "a.sql").write_text("-- name: same\nselect 1\n")
    (package / "b.sql").write_text("-- name: same\nselect 2\n")
    with pytest.raises(ValueError, match="same is defined twice"):
        sql.load("a_package_of_sql")
