"""Databases that a test has for itself: other bucket counts, jobs that take whatever is due."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from fondaco.kernel.migrate import migrate


@asynccontextmanager
async def fresh_database(server_url: str) -> AsyncIterator[str]:
    """The address of a new, migrated database; dropped at the end."""
    name = f"fresh-{uuid4().hex}"
    await _administer(server_url, f'create database "{name}"')
    try:
        url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        await migrate(url)
        yield url
    finally:
        await _administer(server_url, f'drop database "{name}" with (force)')


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
