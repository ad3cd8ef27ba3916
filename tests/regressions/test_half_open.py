"""A connection to the database that went dead without a word is given up, and holds nothing up."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel import Database, Unavailable, migrate
from fondaco.kernel.sql import compile_statement
from fondaco.torture.wire import Ends, Wire, wired
from tests.scratch import scratch_url as scratch_url

ONE = compile_statement("one", "select 1 as n")
LOCK = compile_statement("lock", "select pg_advisory_xact_lock(4711)")


@pytest.fixture
async def wire(scratch_url: str) -> AsyncIterator[Wire]:
    """A wire to the tests' server, wherever that listens."""
    there = urlsplit(scratch_url)
    asked = parse_qs(there.query)

    async def reach() -> Ends:
        if folder := asked.get("host"):
            port = asked.get("port", ["5432"])[0]
            return await asyncio.open_unix_connection(f"{folder[0]}/.s.PGSQL.{port}")
        return await asyncio.open_connection(there.hostname, there.port or 5432)

    async with wired(reach) as opened:
        yield opened


@pytest.fixture
def wired_url(wire: Wire, scratch_url: str) -> str:
    """The database, past the wire."""
    there = urlsplit(scratch_url)
    who = f"{there.username or 'postgres'}:{there.password or ''}"
    return f"postgresql://{who}@127.0.0.1:{wire.port}/{unquote(there.path[1:])}?sslmode=disable"


@pytest.fixture
async def database(wired_url: str) -> AsyncIterator[Database]:
    database = await kernel.connect(wired_url, pool_size=1, statement_timeout=0.3)
    yield database
    await database.close()


async def test_a_dead_connection_is_given_up_and_the_next_one_works(
    database: Database, wire: Wire
) -> None:
    async def hold_and_ask() -> None:
        async with database.transaction() as tx:
            await tx.fetch(LOCK)
            wire.freeze()
            await tx.fetch(ONE)

    with pytest.raises(Unavailable):
        await asyncio.wait_for(hold_and_ask(), 30)
    async with database.transaction() as tx:
        assert len(await tx.fetch(ONE)) == 1


async def lock(database: Database) -> None:
    """Take the lock, however often that takes too long."""
    while True:
        try:
            async with database.transaction() as tx:
                await tx.fetch(LOCK)
        except (Unavailable, asyncpg.QueryCanceledError):
            continue
        return


async def test_what_it_had_locked_is_let_go_of(database: Database, wire: Wire) -> None:
    """PostgreSQL has heard no more of the end than we have; it must not wait for hours."""

    async def hold_and_ask() -> None:
        async with database.transaction() as tx:
            await tx.fetch(LOCK)
            wire.freeze()
            await tx.fetch(ONE)

    with pytest.raises(Unavailable):
        await asyncio.wait_for(hold_and_ask(), 30)
    await asyncio.wait_for(lock(database), 30)


async def test_so_it_is_when_the_end_came_between_two_messages_of_a_statement(
    database: Database, wire: Wire
) -> None:
    """The session counts as active there: no limit on statements or idle transactions holds."""

    async def hold_and_ask() -> None:
        async with database.transaction() as tx:
            await tx.fetch(LOCK)
            await tx.connection.prepare("select 4711")  # parsed, but neither bound nor ended
            wire.freeze()
            await tx.fetch(ONE)

    with pytest.raises(Unavailable):
        await asyncio.wait_for(hold_and_ask(), 30)
    await asyncio.wait_for(lock(database), 30)


async def test_a_server_with_dead_connections_can_be_closed(database: Database, wire: Wire) -> None:
    await database.fetch(ONE)
    wire.freeze()
    await asyncio.wait_for(database.close(), 30)


async def test_the_node_number_of_a_dead_connection_is_taken_again(
    database: Database, wire: Wire
) -> None:
    assert await database.renew_lease() == 0
    wire.freeze()
    assert await asyncio.wait_for(database.renew_lease(), 30) == 1
    assert await database.renew_lease() == 0


async def test_a_start_over_a_dead_connection_ends(
    wired_url: str, wire: Wire, scratch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_PATIENCE", 0.5)
    other = await asyncpg.connect(scratch_url)
    try:
        await other.execute(f"select pg_advisory_lock({migrate._LOCK})")
        waiting = asyncio.create_task(migrate.migrate(wired_url))
        await asyncio.sleep(0.5)
        assert not waiting.done(), "another process migrates"
        wire.freeze()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(waiting, 30)
    finally:
        other.terminate()
