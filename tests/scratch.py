"""A database apart, for tests that write what no trade would: invariants need not hold in it."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel import Database, SetClock

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


async def administer(url: str, *statements: str) -> None:
    """Run statements as the owner of the server."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def copied(server_url: str, run_folder: Path, template: str | None) -> Iterator[str]:
    """A database of one's own: a copy of the template, or an empty one.

    To drop one waits for a checkpoint, so that is only done where the server outlives the run.
    """
    name = f"{run_folder.name}-{uuid4().hex[:8]}"
    source = f' template "{template}"' if template else ""
    with (run_folder / "setup.lock").open("w") as lock:  # copies of one template must not overlap
        fcntl.flock(lock, fcntl.LOCK_EX)
        asyncio.run(administer(server_url, f'create database "{name}"{source}'))
    yield urlunsplit(urlsplit(server_url)._replace(path="/" + quote(name, safe="")))
    if os.environ.get("FONDACO_DATABASE_URL"):
        asyncio.run(administer(server_url, f'drop database if exists "{name}" with (force)'))


@pytest.fixture(scope="session")
def scratch_url(server_url: str, template: str, run_folder: Path) -> Iterator[str]:
    """A migrated database of this worker for tests that leave it in disorder."""
    with copied(server_url, run_folder, template) as url:
        yield url


@pytest.fixture
async def scratch(scratch_url: str) -> AsyncIterator[Database]:
    """That database, opened, its clock at noon."""
    database = await kernel.connect(scratch_url, pool_size=6, clock=SetClock(NOON))
    yield database
    await database.close()
