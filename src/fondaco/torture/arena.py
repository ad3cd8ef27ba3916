"""Where schedules run: a PostgreSQL of its own on a disk of its own, and a furnished template.

One arena serves schedules one after the other, each on a fresh copy of the template.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
import psutil

from fondaco import kernel, parties
from fondaco.kernel.migrate import migrate
from fondaco.kernel.watchdog import Watchdog
from fondaco.torture.children import Nursery
from fondaco.torture.market import Market, furnish
from fondaco.torture.volume import Volume, volume

_TEMPLATE: Final = "template"
_PATIENCE: Final = 60.0


class Arena:
    """A PostgreSQL to be hurt, and what every schedule begins with."""

    def __init__(self, disk: Volume) -> None:
        self.disk = disk
        self.nursery = Nursery()
        self._watchdog = Watchdog(disk.folder)
        self.principal = self.secret = ""
        self.market: Market

    def furnish(self) -> None:
        """Make the template: a small market with its operator."""
        self._watchdog.server.create_database(_TEMPLATE)
        asyncio.run(self._furnish(self.url(_TEMPLATE)))

    async def _furnish(self, url: str) -> None:
        await migrate(url)
        database = await kernel.connect(url)
        self.market = await furnish(database)
        operator, self.secret = await parties.found(database)
        self.principal = f"{parties.Kind.OPERATOR}:{operator}"
        await database.close()

    def url(self, name: str) -> str:
        """Address of a database on this server."""
        return self._watchdog.server.url(name)

    @property
    def socket(self) -> Path:
        """The socket that PostgreSQL listens on."""
        return self._watchdog.server.socket

    async def postgres(self) -> psutil.Process | None:
        """The server's first process, if it runs."""
        pid = await asyncio.to_thread(lambda: self._watchdog.server.pid)
        return None if pid is None else psutil.Process(pid)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Start PostgreSQL again whenever it is gone, while this lasts."""
        watching = asyncio.create_task(self._watchdog.watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[str]:
        """The address of a fresh copy of the template, dropped afterwards."""
        await self._administer(f'drop database if exists "{name}" with (force)')
        await self._administer(f'create database "{name}" template "{_TEMPLATE}"')
        try:
            yield self.url(name)
        finally:
            await self._administer(f'drop database if exists "{name}" with (force)')

    async def connect(self, name: str = "postgres") -> Any:
        """A connection as soon as PostgreSQL takes one."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    return await asyncpg.connect(self.url(name))
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await asyncio.sleep(0.05)

    async def _administer(self, statement: str) -> None:
        connection = await self.connect()
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def close(self) -> None:
        """Stop PostgreSQL."""
        self._watchdog.server.stop()


@contextmanager
def arena() -> Iterator[Arena]:
    """A furnished arena, removed afterwards."""
    with volume() as disk:
        opened = Arena(disk)
        try:
            opened.furnish()
            yield opened
        finally:
            opened.close()
