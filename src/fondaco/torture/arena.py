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
from fondaco.torture.limits import PATIENCE, within
from fondaco.torture.market import Market, furnish
from fondaco.torture.volume import Volume, volume

_TEMPLATE: Final = "template"
_ACTIVITY: Final = """
select pid, application_name, state, wait_event_type, wait_event, pg_blocking_pids(pid),
       now() - state_change as since, left(query, 80)
from pg_stat_activity where datname = $1 order by pid
"""


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
        async with self._watchdog.watching():
            yield

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
        """A connection as soon as PostgreSQL takes one; no statement on it waits for ever."""
        async with within(PATIENCE, "PostgreSQL takes no connection"):
            while True:
                try:
                    return await asyncpg.connect(self.url(name), command_timeout=PATIENCE)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await asyncio.sleep(0.05)

    async def activity(self, name: str) -> str:
        """What each session on a database does and waits for."""
        connection = await self.connect()
        try:
            rows = await connection.fetch(_ACTIVITY, name)
        finally:
            connection.terminate()
        return "\n".join(str(tuple(row)) for row in rows)

    async def _administer(self, statement: str) -> None:
        connection = await self.connect()
        try:
            await connection.execute(statement)
        except TimeoutError:
            raise TimeoutError(f"PostgreSQL has not done this: {statement}") from None
        finally:
            connection.terminate()

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
