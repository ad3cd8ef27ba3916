"""The database: transactions that stand or fall whole, and node numbers nobody shares."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel import Database, Unavailable
from fondaco.kernel import db as kernel_db
from fondaco.kernel.sql import Statement, compile_statement
from tests.kernel.jotting import clean, jotted
from tests.scratch import NOON

ADD = compile_statement("add", "insert into jotting values (:number)")
COUNT = Statement("count", "select count(*) as n from jotting", ())
SLOW = Statement("slow", "select pg_sleep(30)", ())


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database as another process would open it."""
    database = await kernel.connect(url, pool_size=2)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def database(scratch: Database) -> Database:
    await clean(scratch)
    return scratch


def node(database: Database) -> int:
    """The node bits of an id it mints."""
    return database.mint() >> 15 & 127


async def test_processes_have_node_numbers_of_their_own(scratch_url: str) -> None:
    async with opened(scratch_url) as one, opened(scratch_url) as two:
        assert node(one) != node(two)
        minted = [database.mint() for _ in range(500) for database in (one, two)]
        assert len(set(minted)) == len(minted)


async def test_a_node_number_is_free_once_its_process_is_gone(scratch_url: str) -> None:
    async with opened(scratch_url) as one:
        taken = node(one)
        async with opened(scratch_url) as two:
            assert node(two) != taken
    async with asyncio.timeout(60):
        while await next_node(scratch_url) != taken:
            pass  # the server lets go of the lock a moment after the close


async def next_node(url: str) -> int:
    async with opened(url) as later:
        return node(later)


async def test_too_many_processes_are_turned_away(
    database: Database, scratch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_db, "NODES", node(database) + 1)
    async with opened_until_full(scratch_url):
        with pytest.raises(Unavailable, match="too many processes"):
            await kernel.connect(scratch_url)


@asynccontextmanager
async def opened_until_full(url: str) -> AsyncIterator[None]:
    """Take every node number that is left."""
    taken: list[Database] = []
    with suppress(Unavailable):
        while True:
            taken.append(await kernel.connect(url, pool_size=1))
    yield
    for database in taken:
        await database.close()


async def test_a_transaction_stands_or_falls_whole(database: Database) -> None:
    async def stumble() -> None:
        async with database.transaction() as tx:
            await tx.fetch(ADD, number=4)
            raise RuntimeError("stumbled")

    async with database.transaction() as tx:
        await tx.fetch(ADD, number=2)
        assert tx.now == NOON
    with pytest.raises(RuntimeError, match="stumbled"):
        await stumble()
    assert await jotted(database) == [2]


async def test_a_snapshot_is_of_one_instant_and_changes_nothing(database: Database) -> None:
    async with database.transaction(snapshot=True) as tx:
        assert (await tx.fetch_one(COUNT) or [None])[0] == 0
        async with database.transaction() as other:
            await other.fetch(ADD, number=2)
        assert (await tx.fetch_one(COUNT) or [None])[0] == 0
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await tx.fetch(ADD, number=4)
    assert await jotted(database) == [2]


async def test_no_row_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.fetch_one(Statement("none", "select 1 where false", ())) is None


async def test_a_statement_has_a_time_limit(scratch_url: str) -> None:
    hasty = await kernel.connect(scratch_url, statement_timeout=0.05)
    with pytest.raises(asyncpg.QueryCanceledError):
        await hasty.fetch(SLOW)
    await hasty.close()


async def test_batch_statements_find_their_rows_by_key_whatever_the_statistics_say(
    database: Database,
) -> None:
    """An empty table invites a scan of the whole; the plan must be right at ten million rows."""
    explain = compile_statement(
        "explain", "explain select number from jotting where number = any(:numbers::int[])"
    )
    async with database.transaction() as tx:
        plan = "\n".join(row[0] for row in await tx.fetch(explain, numbers=[1, 2]))
    assert "jotting_pkey" in plan
    assert "Seq Scan" not in plan
