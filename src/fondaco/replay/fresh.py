"""A fresh database for one run, and nothing left of it afterwards."""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from fondaco.kernel.db import LOST
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.errors import Unavailable


@contextmanager
def fresh_database(home: Path | None = None, url: str | None = None) -> Iterator[str]:
    """Address of an empty database, dropped on leaving.

    It is made in the server at `url`, else in the embedded server on `home`, else in an embedded
    server of its own in a temporary folder. Raises EmbeddedError or Unavailable.
    """
    if url is not None:
        with _made_in(url) as made:
            yield made
    elif home is not None:
        with Embedded.start(home) as server, _made_in(server.url("postgres")) as made:
            yield made
    else:
        with _temporary_home() as folder, Embedded.start(folder) as server:
            yield server.url("postgres")


@contextmanager
def _temporary_home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fondaco-"))
    try:
        folder.chmod(0o711)  # the server's account may be another, and must pass through
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _made_in(url: str) -> Iterator[str]:
    name = f"fondaco_replay_{secrets.token_hex(6)}"
    asyncio.run(_administer(url, f'create database "{name}"'))
    try:
        yield urlunsplit(urlsplit(url)._replace(path="/" + quote(name, safe="")))
    finally:
        asyncio.run(_administer(url, f'drop database if exists "{name}" with (force)'))


async def _administer(url: str, statement: str) -> None:
    try:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
    except LOST as error:
        raise Unavailable(f"no PostgreSQL answers: {error}") from error
    except asyncpg.PostgresError as error:
        raise Unavailable(f"cannot {statement}: {error}") from error
