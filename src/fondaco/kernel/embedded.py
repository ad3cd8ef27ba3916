"""PostgreSQL of our own: nothing to install, one server for each data folder.

Every process that uses the server holds a shared lock on `users.lock`, which the operating system
drops however the process ends; so the last one to leave can tell that it is, and stops the server.
Starting and stopping happen under `start.lock`, one process at a time. The server listens on a Unix
socket in a private folder and on no network address, which is why it asks for no password.

A server whose users were all killed stays up, and the next one joins it.
"""

import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import platformdirs
import psutil

from fondaco.kernel.postgres import (
    PATIENCE,
    SHARED,
    EmbeddedError,
    Programs,
    clear_stale,
    postmaster,
)

__all__ = ["Embedded", "EmbeddedError", "default_home"]

USER: Final = "postgres"
PORT: Final = 5432  # names the socket file; nothing listens on a port
MIN_FREE: Final = 256_000_000
_MAX_LOG: Final = 10_000_000
_MAX_SOCKET_PATH: Final = 100  # a socket's path ends at 104 bytes on macOS, 108 on Linux
_ORPHANS: Final = "pre-existing shared memory block"

# Durability stays at PostgreSQL's defaults: fsync and synchronous_commit are on.
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
    "log_checkpoints": "off",
    # Hot small tables (balances, stock) gain dead rows by the thousand each second.
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.02",
    "autovacuum_vacuum_cost_limit": "1000",
}


def default_home() -> Path:
    """The data folder for the caller: one for each user, /var/lib/fondaco for root."""
    if os.geteuid() == 0:
        return SHARED
    return platformdirs.user_data_path("fondaco", appauthor=False)


class Embedded:
    """A running embedded server, shared with other processes on the same data folder.

    Also a context manager that stops on leaving.
    """

    def __init__(self, home: Path, programs: Programs) -> None:
        self.home = home
        self._programs = programs
        self._data = home / "pgdata"
        self._users: int | None = None

    @classmethod
    def start(cls, home: Path) -> Self:
        """Join the server on `home`, starting it if need be and making its data on first use.

        Raises EmbeddedError, with a line that says what helps, if `home` cannot be written, is
        another user's or another PostgreSQL version's, the disk is full or the server won't start.
        """
        server = cls(home.absolute(), Programs.find())
        try:
            server._claim_home()
            with server._starting():
                server._join()
        except OSError as error:
            raise EmbeddedError(f"cannot use {home} for the database: {error}") from error
        return server

    @property
    def pid(self) -> int | None:
        """Process id of the running server, None if it does not run."""
        found = postmaster(self._data)
        return found[0] if found else None

    @property
    def socket(self) -> Path:
        """The Unix socket that the server listens on."""
        return self._socket_folder() / f".s.PGSQL.{PORT}"

    def url(self, database: str = "fondaco") -> str:
        """Address of `database` on this server, as asyncpg and libpq read it."""
        folder = quote(str(self._socket_folder()), safe="/")
        return f"postgresql://{USER}@/{quote(database, safe='')}?host={folder}&port={PORT}"

    def create_database(self, name: str) -> None:
        """Make `name` if it is not there yet; at once from two processes is fine."""
        statement = (
            "select format('create database %I', :'name')"
            " where not exists (select from pg_database where datname = :'name') \\gexec\n"
        )
        options = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"name={name}")
        with self._starting():
            done = self._client("psql", *options, text=statement)
        if done.returncode:
            raise EmbeddedError(f"cannot create database {name}: {done.stderr.strip()}")

    def stop(self) -> None:
        """Let go of the server; the last process to do so stops it. Twice does no harm."""
        if self._users is None:
            return
        with self._starting():
            users, self._users = self._users, None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._shut_down()
            except BlockingIOError:
                pass  # somebody else still uses it
            finally:
                os.close(users)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _claim_home(self) -> None:
        account = self._programs.account
        self.home.mkdir(mode=0o711 if account.borrowed else 0o700, parents=True, exist_ok=True)
        self.home = self.home.resolve()
        self._data = self.home / "pgdata"
        if account.borrowed and not any(self.home.iterdir()):
            self.home.chmod(0o711)  # empty, so this shows nobody anything
        if self.home.stat().st_uid != os.geteuid():
            raise EmbeddedError(f"{self.home} belongs to another user; name another folder")
        if (closed := account.closed(self.home)) is not None:
            raise EmbeddedError(
                f"PostgreSQL runs as `nobody` here, who may not enter {closed};"
                " name a data folder elsewhere"
            )

    def _client(
        self, program: str, *options: str, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        where = ("-h", self._socket_folder(), "-p", str(PORT), "-U", USER, "-d", "postgres")
        return self._programs.run(program, *where, *options, text=text)

    @contextmanager
    def _starting(self) -> Iterator[None]:
        lock = os.open(self.home / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _join(self) -> None:
        users = os.open(self.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            if not self._data.exists():
                self._initialise()
            self._refuse_foreign_data()
            if not self._ready():
                self._launch()
        except BaseException:
            os.close(users)
            raise
        self._users = users

    def _initialise(self) -> None:
        """Make the data aside and move it into place, so that half of it is never used."""
        free = shutil.disk_usage(self.home).free
        if free < MIN_FREE:
            raise EmbeddedError(
                f"{self.home} has {free // 1_000_000} MB free; a database needs at least"
                f" {MIN_FREE // 1_000_000} MB"
            )
        fresh = self.home / "pgdata.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._programs.account.give(fresh)
        settings = [f"--set={k}={v}" for k, v in (_SETTINGS | _sizes(free)).items()]
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        options = ("--encoding=UTF8", *locale, "--data-checksums", "--auth=trust", "-U", USER)
        done = self._programs.run("initdb", "-D", fresh, *options, *settings)
        if done.returncode:
            raise EmbeddedError(f"cannot make a database in {self.home}: {_last(done.stderr)}")
        fresh.rename(self._data)

    def _refuse_foreign_data(self) -> None:
        if self._data.stat().st_uid != self._programs.account.uid:
            raise EmbeddedError(f"{self._data} belongs to another user; start as that user")
        made_by = (self._data / "PG_VERSION").read_text().strip()
        if made_by != self._programs.major:
            raise EmbeddedError(
                f"{self.home} was made by PostgreSQL {made_by}, and this is"
                f" {self._programs.major}: dump it with the old one, or name another data folder"
            )

    def _launch(self) -> None:
        folder, log = self._socket_folder(), self.home / "log" / "postgresql.log"
        self._programs.account.give(log.parent)
        if log.exists() and log.stat().st_size > _MAX_LOG:
            log.replace(log.with_suffix(".log.1"))
        self._own_socket_folder(folder)
        clear_stale(self._data, folder / f".s.PGSQL.{PORT}.lock")
        options = f"-p {PORT} -c unix_socket_directories=" + shlex.quote(f'"{folder}"')
        start = ("start", "-D", self._data, "-l", log, "-o", options, "-w", "-t", str(PATIENCE))
        deadline = time.monotonic() + PATIENCE
        while (done := self._programs.run("pg_ctl", *start)).returncode:
            tail = _last(log.read_text(errors="replace") if log.exists() else done.stderr)
            # Workers of a killed server leave as soon as they notice; until then it must wait.
            if _ORPHANS not in tail or time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL does not start; the end of {log}:\n{tail}")
            time.sleep(0.1)

    def _shut_down(self) -> None:
        if self.pid is None:
            return
        done = self._programs.run("pg_ctl", "stop", "-D", self._data, "-m", "fast", "-t", "600")
        if done.returncode and self.pid is not None:
            raise EmbeddedError(f"PostgreSQL does not stop: {_last(done.stderr)}")

    def _ready(self) -> bool:
        """Whether a server runs and takes connections; waits for one on its way up or down."""
        deadline = time.monotonic() + PATIENCE
        while (found := postmaster(self._data)) is not None:
            # A server that was just killed still looks alive; only an answer proves it.
            if found[1] == "ready" and not self._client("pg_isready").returncode:
                return True
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL (process {found[0]}) is stuck: {found[1]}")
            time.sleep(0.05)
        return False

    def _socket_folder(self) -> Path:
        folder = self.home / "run"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _MAX_SOCKET_PATH:
            return folder
        return Path("/tmp") / f"fondaco-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"  # noqa: S108 - made private, or refused

    def _own_socket_folder(self, folder: Path) -> None:
        account = self._programs.account
        if not folder.exists() or folder.parent == self.home:
            account.give(folder)
        status = folder.lstat()
        private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
        if not private or status.st_uid != account.uid:
            raise EmbeddedError(f"{folder} is not a private folder of ours; remove it")


def _sizes(free: int) -> dict[str, str]:
    """What depends on the machine: a quarter of its memory, an eighth of its free disk."""
    memory = min(max(psutil.virtual_memory().total // 4, 128 << 20), 1 << 30)
    log = min(max(free // 8, 256 << 20), 4 << 30)
    return {"shared_buffers": f"{memory >> 20}MB", "max_wal_size": f"{log >> 20}MB"}


def _last(text: str, lines: int = 8) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])
