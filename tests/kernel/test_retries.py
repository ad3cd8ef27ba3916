"""Commands on a database that deadlocks, gives up, or goes away."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel import Batch, Command, Database, Refused, Sent, Tx, Unavailable, command, run
from fondaco.kernel.commands import ATTEMPTS
from fondaco.kernel.sql import Statement, compile_statement
from tests.kernel.jotting import Jot, Jotted, clean, jot_all, jotted, jotter

_LOCK = compile_statement("lock", "select from jotting where number = :number for update")
_END = Statement("end", "select pg_terminate_backend(pg_backend_pid())", ())


def _fails_with(code: str) -> Statement:
    text = f"do $$ begin raise exception 'made up' using errcode = '{code}'; end $$"
    return Statement("fail", text, ())


@pytest.fixture
async def database(scratch: Database) -> Database:
    await clean(scratch)
    return scratch


@pytest.fixture
def key() -> str:
    """A key that no other test uses."""
    return uuid4().hex


class Lock(Command, frozen=True, kw_only=True, tag="lock"):
    """Lock two rows, one after the other."""

    first: int
    second: int


async def test_a_deadlock_is_resolved_by_a_retry(database: Database, key: str) -> None:
    await jot_all(database, jotter(), (f"{key}a", 2), (f"{key}b", 4))
    both_hold_one = asyncio.Barrier(2)
    calls: list[Lock] = []

    @command(Jotted)
    async def lock(tx: Tx, batch: Batch[Lock]) -> list[Jotted | Refused]:
        [one] = batch
        calls.append(one)
        await tx.fetch(_LOCK, number=one.first)
        if len(calls) <= 2:
            await both_hold_one.wait()
        await tx.fetch(_LOCK, number=one.second)
        return [Jotted(one.first, batch.ids[0], "")]

    answers = await asyncio.gather(
        run(database, lock, [Sent(Lock(first=2, second=4), "me", f"{key}c")]),
        run(database, lock, [Sent(Lock(first=4, second=2), "me", f"{key}d")]),
    )
    assert [answer.number for [answer] in answers if isinstance(answer, Jotted)] == [2, 4]
    assert len(calls) == 3, "the victim tried again"


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03"])
async def test_what_may_pass_is_tried_again(database: Database, key: str, code: str) -> None:
    calls: list[int] = []

    async def fail_twice(tx: Tx, batch: Batch[Jot]) -> None:
        calls.append(len(batch))
        if len(calls) < 3:
            await tx.fetch(_fails_with(code))

    answers = await jot_all(database, jotter(fail_twice), (key, 2), (f"{key}b", 4))
    assert [answer.number for answer in answers] == [2, 4]
    assert calls == [2, 2, 2], "the whole batch, each time"


async def test_tries_are_bounded(database: Database, key: str) -> None:
    calls: list[int] = []

    async def fail(tx: Tx, batch: Batch[Jot]) -> None:
        calls.append(len(batch))
        await tx.fetch(_fails_with("40001"))

    with pytest.raises(asyncpg.SerializationError):
        await jot_all(database, jotter(fail), (key, 2))
    assert len(calls) == ATTEMPTS
    assert await jotted(database) == []


async def test_a_lost_connection_is_unavailable_and_a_retry_tells(
    database: Database, key: str
) -> None:
    lost: list[bool] = []

    async def end_once(tx: Tx, batch: Batch[Jot]) -> None:
        if not lost:
            lost.append(True)
            await tx.fetch(_END)

    with pytest.raises(Unavailable):
        await jot_all(database, jotter(end_once), (key, 2))
    assert await jotted(database) == [], "it ended before the commit"
    [answer] = await jot_all(database, jotter(end_once), (key, 2))
    assert isinstance(answer, Jotted)
    assert await jotted(database) == [2]


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await kernel.connect("postgresql://nobody@127.0.0.1:1/none")
