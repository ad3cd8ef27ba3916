"""One schedule's deployment: a database, a server that a supervisor restarts, a provider, wires."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

import httpx
import msgspec

from fondaco.kernel.settings import Settings
from fondaco.payments.providers.sandbox import Mode
from fondaco.torture.arena import Arena
from fondaco.torture.audit import Facts
from fondaco.torture.limits import PATIENCE, Port, gone, within
from fondaco.torture.plan import Plan
from fondaco.torture.wire import Wire, wired

_SECRET: Final = "whsec_dG9ydHVyZQ=="  # noqa: S105 - of a provider that is thrown away
_HOST: Final = "127.0.0.1"
_DATABASE: Final = f"postgresql://postgres@{_HOST}"


class Stage:
    """What the faults strike at, and how to have it whole again."""

    def __init__(self, arena: Arena, plan: Plan, database: str, wires: tuple[Wire, Wire]) -> None:
        self.arena, self.plan, self.database = arena, plan, database
        self.to_database, self.to_server = wires
        self.lives = 0
        self.clock: Any = arena.nursery.clock()
        self.database_url = arena.url(database)
        self.url = f"http://{_HOST}:{self.to_server.port}"
        self._aside = arena.disk.aside
        self._ports = Port(), Port()
        self._port, self._provider_port = (port.number for port in self._ports)
        self.log = self._aside / f"{database}.log"
        self._deaths = list(plan.deaths)
        self._server: BaseProcess | None = None
        self._provider: BaseProcess | None = None
        self._ending = False
        self._http = httpx.AsyncClient(timeout=2, trust_env=False)

    async def reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the server's own port."""
        return await asyncio.open_connection(_HOST, self._port)

    async def supervise(self) -> None:
        """Start the server, and start it again whenever it has ended, until all is to end."""
        while not self._ending:
            fault = self._deaths.pop(0) if self._deaths else ""
            self._server = await asyncio.to_thread(self._started, fault)
            self.lives += 1
            ended = self._server.sentinel
            while not await asyncio.to_thread(wait, [ended], 0.25) and not self._ending:
                pass

    def _started(self, fault: str) -> BaseProcess:
        settings = Settings(
            database_url=f"{_DATABASE}:{self.to_database.port}/{self.database}?sslmode=disable",
            port=self._port,
            pool_size=4,
            statement_timeout=1.5,
            request_timeout=5.0,
            provider_url=f"http://{_HOST}:{self._provider_port}",
            webhook_secret=_SECRET,
            log_level="warning",
        )
        return self.arena.nursery.server(settings, self._aside, fault, self.clock, self.log)

    async def start_provider(self) -> None:
        """Start the provider on its book; back once it answers."""
        book = self._aside / f"{self.database}.book"
        hook = f"http://{_HOST}:{self._port}/api/webhooks/sandbox"
        self._provider = await asyncio.to_thread(
            self.arena.nursery.provider, book, self._provider_port, hook, _SECRET, self.log
        )
        await self.behave(self.plan.mode)

    async def behave(self, mode: Mode) -> None:
        """Tell the provider how to be from now on."""
        content = msgspec.json.encode(mode)
        url = f"http://{_HOST}:{self._provider_port}/mode"
        headers = {"Content-Type": "application/json"}
        async with within(PATIENCE, "the provider does not answer"):
            while True:
                try:
                    response = await self._http.put(url, content=content, headers=headers)
                    response.raise_for_status()
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
                else:
                    return

    async def provider_facts(self) -> Facts:
        """What the provider's own ledger says that it did."""
        facts: Facts = {}
        after: int | None = 0
        while after is not None:
            page = await self._provider_page(after)
            for row in page["rows"]:
                facts[row["key"]] = (row["kind"], row["amount"], row["currency"])
            after = page["next"]
        return facts

    async def webhooks_waiting(self) -> int:
        """How many webhooks the provider has not delivered yet."""
        waiting: int = (await self._provider_page(0))["webhooks_waiting"]
        return waiting

    async def _provider_page(self, after: int) -> Any:
        url = f"http://{_HOST}:{self._provider_port}/ledger"
        response = await self._http.get(url, params={"after": after, "limit": 1000})
        return response.raise_for_status().json()

    async def ready(self) -> None:
        """Return once the server serves."""
        async with within(PATIENCE, "the server is not ready"):
            while True:
                try:
                    if (await self._http.get(f"http://{_HOST}:{self._port}/ready")).is_success:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.02)

    def signal_server(self, number: int) -> None:
        """Send the server a signal; the supervisor sees to the rest."""
        _signal(self._server, number)

    async def kill_provider(self) -> None:
        """SIGKILL to the provider, and start it again on its book."""
        _signal(self._provider, signal.SIGKILL)
        assert self._provider is not None
        await gone(self._provider)
        await self.start_provider()

    async def end(self, supervising: asyncio.Task[None]) -> None:
        """Leave nothing running, nor a server that is just being started."""
        self._ending = True
        await self._http.aclose()
        _signal(self._server, signal.SIGKILL)
        await asyncio.wait([supervising], timeout=PATIENCE)
        for process in (self._server, self._provider):
            _signal(process, signal.SIGKILL)
            if process is not None:
                await gone(process)
        for port in self._ports:
            port.free()
        supervising.result()


def _signal(process: BaseProcess | None, number: int) -> None:
    if process is not None and process.pid is not None and process.is_alive():
        with suppress(ProcessLookupError):  # it ended this moment, and somebody waited for it
            os.kill(process.pid, number)


def name(seed: int) -> str:
    """The database of a seed's schedule."""
    return f"seed_{seed}"


@asynccontextmanager
async def staged(arena: Arena, plan: Plan) -> AsyncIterator[Stage]:
    """A deployment that serves, on a fresh database, with PostgreSQL looked after."""
    database = name(plan.seed)

    async def reach_postgres() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(arena.socket)

    async def reach_server() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await stage.reach()

    async with (
        arena.watched(),
        arena.database(database),
        wired(reach_postgres) as to_database,
        wired(reach_server) as to_server,
    ):
        stage = Stage(arena, plan, database, (to_database, to_server))
        supervising = asyncio.create_task(stage.supervise())
        try:
            await stage.start_provider()
            await stage.ready()
            yield stage
        finally:
            await stage.end(supervising)
