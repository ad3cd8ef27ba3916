"""The command line in this process: what it says and the status it ends with."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from fondaco.cli import main
from tests.scratch import copied


class Said(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Fondaco = Callable[..., Said]


@pytest.fixture
def fondaco(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    server_url: str,
) -> Iterator[Fondaco]:  # fmt: skip
    """Run `fondaco ...` away from any configuration of the caller's.

    The tests' server is found before its address is taken out of the environment.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("FONDACO_DATABASE_URL", "FONDACO_HOME", "FONDACO_PORT"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["fondaco", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    before = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def own_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    with copied(server_url, run_folder, template) as url:
        yield url


@pytest.fixture
def url(fondaco: Fondaco, monkeypatch: pytest.MonkeyPatch, own_url: str) -> str:
    """That database, which `fondaco` is told to use."""
    monkeypatch.setenv("FONDACO_DATABASE_URL", own_url)
    return own_url


@pytest.fixture
def blank_url(server_url: str, run_folder: Path) -> Iterator[str]:
    """A database with nothing in it at all."""
    with copied(server_url, run_folder, None) as url:
        yield url
