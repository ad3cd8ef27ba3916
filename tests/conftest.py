"""A real PostgreSQL for the tests: one server for the run, a fresh database for each worker.

FONDACO_DATABASE_URL, when set, names the server to use instead of the embedded one.
"""

import asyncio
import faulthandler
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import pytest

from fondaco.kernel.embedded import Embedded
from fondaco.kernel.migrate import migrate

_RUN = pytest.StashKey[Path]()
_STDERR = pytest.StashKey[int]()


async def prepare_template(url: str) -> None:
    """Everything that each test database starts with; runs once for the whole test run."""
    await migrate(url)


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder, where the embedded server's account (nobody, under root) may enter."""
    config.stash[_STDERR] = os.dup(2)  # tests catch what is written to 2 itself
    worker: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[_RUN] = Path(worker["fondaco_run"])
        return
    run = Path(tempfile.mkdtemp(prefix="fondaco-tests-"))
    run.chmod(0o711)
    config.stash[_RUN] = run


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of pytest-xdist the run's folder."""
    node.workerinput["fondaco_run"] = str(node.config.stash[_RUN])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the run made, also after a worker that crashed."""
    run = config.stash.get(_RUN, None)
    if run is None or hasattr(config, "workerinput"):
        return
    if (url := os.environ.get("FONDACO_DATABASE_URL")) and (run / "template.done").exists():
        asyncio.run(_administer(url, f'drop database if exists "{_template(run)}"'))
    if (run / "server" / "pgdata").exists():
        Embedded.start(run / "server").stop()
    shutil.rmtree(run, ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """End a worker whose teardown does not end, with every stack.

    The limits in pyproject.toml end with the first failure, also one that leaves something behind
    which is then waited for.
    """
    limit = float(item.config.getini("faulthandler_timeout"))
    if limit:
        faulthandler.dump_traceback_later(limit, exit=True, file=item.config.stash[_STDERR])
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """A folder shared by all workers of this run, that PostgreSQL's account may enter."""
    return pytestconfig.stash[_RUN]


@pytest.fixture
def home(run_folder: Path) -> Iterator[Path]:
    """An empty data folder that the embedded server can use; pytest's own are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=run_folder))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server_url(run_folder: Path) -> Iterator[str]:
    """The server's maintenance database, with the right to make others."""
    if url := os.environ.get("FONDACO_DATABASE_URL"):
        yield url
        return
    with Embedded.start(run_folder / "server") as server:
        yield server.url("postgres")


@pytest.fixture(scope="session")
def template(server_url: str, run_folder: Path) -> str:
    """Name of a database that has every migration; the first worker to come makes it."""
    name, done = _template(run_folder), run_folder / "template.done"
    with _one_worker(run_folder):
        if not done.exists():
            asyncio.run(_administer(server_url, f'create database "{name}"'))
            asyncio.run(prepare_template(_at(server_url, name)))
            done.touch()
    return name


@pytest.fixture(scope="session")
def database_url(server_url: str, template: str, run_folder: Path, worker_id: str) -> Iterator[str]:
    """A fresh, migrated database that this worker has for itself."""
    name = f"{run_folder.name}-{worker_id}"
    with _one_worker(run_folder):  # copies of one template must not overlap
        asyncio.run(_administer(server_url, f'create database "{name}" template "{template}"'))
    yield _at(server_url, name)
    asyncio.run(_administer(server_url, f'drop database if exists "{name}" with (force)'))


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _template(run: Path) -> str:
    return f"{run.name}-template"


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(database, safe="")))


@contextmanager
def _one_worker(run: Path) -> Iterator[None]:
    with (run / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
