"""A fault that can be expected is one line on stderr and a status: 1 failed, 2 misused."""

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Fondaco

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def test_a_data_folder_without_a_database(fondaco: Fondaco, tmp_path: Path) -> None:
    said = fondaco("check", "--data", tmp_path / "none")
    assert said.status == 2
    assert "there is no database in" in said.err
    assert "fondaco demo --data DIR" in said.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "words"),
    [
        (("serve",), {"FONDACO_PORT": "soon"}, 2, "bad setting"),
        (("check",), {"FONDACO_DATABASE_URL": NOWHERE}, 1, "the database is away"),
        (("migrate",), {"FONDACO_DATABASE_URL": NOWHERE}, 1, "the database is away"),
        (("replay", "olist", "no-such-folder"), {}, 2, "there is no folder no-such-folder"),
        (("replay", "online-retail", "no-such-folder"), {}, 2, "there is no folder no-such-folder"),
        (("bench", "--only", "nonsense"), {}, 2, "nonsense"),
        (("key", "issue", "--scope", "everything"), {}, 2, "is no scope"),
    ],
)
def test_one_line_says_what_is_wrong(
    fondaco: Fondaco, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...],
    environment: dict[str, str], status: int, words: str,
) -> None:  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = fondaco(*arguments)
    assert said.status == status
    assert words in said.err
    assert said.err.startswith("fondaco: ")
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_is_taken_is_told_before_anything_is_done(
    fondaco: Fondaco, tmp_path: Path, command: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = fondaco(command, "--port", other.getsockname()[1], "--data", tmp_path / "home")
    assert said.status == 1
    assert "Address already in use" in said.err
    assert "--port 0" in said.err
    assert not (tmp_path / "home").exists()


def test_a_folder_without_the_files(fondaco: Fondaco, tmp_path: Path) -> None:
    said = fondaco("replay", "olist", tmp_path)
    assert said.status == 1
    assert said.err.startswith("fondaco: ")
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_folder_that_cannot_be_used(fondaco: Fondaco, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = fondaco("migrate", "--data", tmp_path / "file")
    assert said.status == 1
    assert said.err.startswith("fondaco: cannot use")


def test_an_unknown_command_is_misuse(fondaco: Fondaco) -> None:
    said = fondaco("dance")
    assert said.status == 2
    assert "No such command 'dance'" in said.err


def test_a_bug_keeps_its_traceback(
    fondaco: Fondaco, monkeypatch: pytest.MonkeyPatch, own_url: str
) -> None:
    async def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("FONDACO_DATABASE_URL", own_url)
    monkeypatch.setattr("fondaco.check.check", broken)
    with pytest.raises(ZeroDivisionError):
        fondaco("check")


def test_version(fondaco: Fondaco) -> None:
    said = fondaco("version")
    assert said.status == 0
    assert said.out.startswith("fondaco 0.")
