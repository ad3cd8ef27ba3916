"""The gatherer: batches form by themselves, queues are bounded, nobody taken goes unanswered."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from fondaco.kernel import Batch, Database, Gatherer, KeyReused, Overloaded, Refused, Tx, gather
from fondaco.kernel.commands import Sent
from tests.kernel.jotting import Jot, Jotted, clean, jotted, jotter


@pytest.fixture
async def database(scratch: Database) -> Database:
    await clean(scratch)
    return scratch


class Gate:
    """A handler that notes the size of each batch and holds it until the gate is opened."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.began = asyncio.Event()
        self.opened = asyncio.Event()
        self.handler = jotter(self._work)

    async def _work(self, tx: Tx, batch: Batch[Jot]) -> None:
        self.sizes.append(len(batch))
        self.began.set()
        await self.opened.wait()


class Desk:
    """Clients of one gatherer, each with a key of its own."""

    def __init__(self, gatherer: Gatherer, gate: Gate) -> None:
        self.gatherer, self.gate = gatherer, gate
        self.name = uuid4().hex

    def send(self, number: int, key: str | None = None) -> "asyncio.Task[Any]":
        """One client that wants a number jotted down."""
        key = f"{self.name}{number}" if key is None else self.name + key
        return asyncio.create_task(
            self.gatherer.submit(self.gate.handler, Jot(number=number), "me", key)
        )

    def wishes(self, numbers: Sequence[int]) -> list[Sent[Jot]]:
        return [Sent(Jot(number=n), "me", f"{self.name}{n}") for n in numbers]

    async def block(self) -> "asyncio.Task[Any]":
        """Keep a lane busy until the gate is opened."""
        task = self.send(0)
        await self.gate.began.wait()
        return task


def desk(database: Database, **limits: int) -> Desk:
    return Desk(Gatherer(database, **limits), Gate())


async def test_while_one_batch_commits_the_next_one_fills(database: Database) -> None:
    clients = desk(database, lanes=1)
    first = await clients.block()
    rest = [clients.send(2 * n) for n in range(1, 21)]
    await asyncio.sleep(0.01)
    clients.gate.opened.set()
    answers = await asyncio.gather(first, *rest)
    assert clients.gate.sizes == [1, 20]
    assert [answer.number for answer in answers] == [2 * n for n in range(21)]


async def test_what_arrives_together_is_one_batch(database: Database) -> None:
    clients = desk(database)
    clients.gate.opened.set()
    await asyncio.gather(*(clients.send(2 * n) for n in range(30)))
    assert clients.gate.sizes == [30]


async def test_a_batch_has_a_limit(database: Database) -> None:
    clients = desk(database, limit=8, lanes=1)
    clients.gate.opened.set()
    await asyncio.gather(*(clients.send(2 * n) for n in range(20)))
    assert clients.gate.sizes == [8, 8, 4]


async def test_lanes_work_side_by_side(database: Database) -> None:
    clients = desk(database, lanes=2, limit=1)
    both_began = asyncio.Barrier(2)

    async def work(tx: Tx, batch: Batch[Jot]) -> None:
        await both_began.wait()

    clients.gate.handler = jotter(work)
    await asyncio.gather(clients.send(2), clients.send(4))
    assert await jotted(database) == [2, 4]


async def test_a_second_lane_works_only_while_a_crowd_waits(database: Database) -> None:
    clients = desk(database, lanes=2, limit=12)  # three are a crowd
    first = await clients.block()
    two = [clients.send(2), clients.send(4)]
    await asyncio.sleep(0.05)  # time enough for the other lane to begin, if it would
    assert clients.gate.sizes == [1]
    clients.gate.began.clear()
    third = clients.send(6)
    await clients.gate.began.wait()
    assert clients.gate.sizes == [1, 3]
    clients.gate.opened.set()
    await asyncio.gather(first, *two, third)
    assert await jotted(database) == [0, 2, 4, 6]


async def test_a_full_queue_refuses_at_once_and_takes_nothing(database: Database) -> None:
    clients = desk(database, lanes=1, queue_limit=3)
    first = await clients.block()
    waiting = [clients.send(2 * n) for n in (1, 2, 3)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await asyncio.wait_for(clients.send(8), 60)
    clients.gate.opened.set()
    await asyncio.gather(first, *waiting)
    assert await jotted(database) == [0, 2, 4, 6]


async def test_a_bulk_that_does_not_fit_is_not_taken_in_part(database: Database) -> None:
    clients = desk(database, lanes=1, queue_limit=3)
    first = await clients.block()
    one = clients.send(2)
    await asyncio.sleep(0)
    bulk = clients.gatherer.submit_all(clients.gate.handler, clients.wishes([4, 6, 8]))
    with pytest.raises(Overloaded):
        await asyncio.wait_for(bulk, 60)
    clients.gate.opened.set()
    await asyncio.gather(first, one)
    assert await jotted(database) == [0, 2]


async def test_a_bulk_gets_one_answer_each_errors_among_them(database: Database) -> None:
    clients = desk(database)
    clients.gate.opened.set()
    answers: list[Any] = await clients.gatherer.submit_all(
        clients.gate.handler, clients.wishes([2, 3, -4, 6])
    )
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds == ["Jotted", "Refused", "CheckViolationError", "Jotted"]


async def test_closing_answers_all_that_was_taken_and_takes_nothing_more(
    database: Database,
) -> None:
    clients = desk(database, lanes=2, limit=2)
    taken = [clients.send(2 * n) for n in range(9)]
    await clients.gate.began.wait()
    closing = asyncio.create_task(clients.gatherer.close())
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await asyncio.wait_for(clients.send(100), 60)
    clients.gate.opened.set()
    await closing
    assert [task.result().number for task in taken] == [2 * n for n in range(9)]


async def test_the_same_key_at_once_has_one_effect(database: Database) -> None:
    clients = desk(database, lanes=2, limit=1)
    tasks = [clients.send(2, "same") for _ in range(5)]
    await clients.gate.began.wait()
    await asyncio.sleep(0.05)  # time enough for the other lane to begin, if it would
    clients.gate.opened.set()
    answers = await asyncio.gather(*tasks)
    assert len({answer.id for answer in answers}) == 1
    assert clients.gate.sizes == [1], "the others waited for its answer"
    assert await jotted(database) == [2]


async def test_the_same_key_at_once_with_two_bodies_is_answered_twice(database: Database) -> None:
    clients = desk(database, lanes=2, limit=1)
    one, other = clients.send(2, "same"), clients.send(4, "same")
    clients.gate.opened.set()
    assert isinstance(await one, Jotted)
    with pytest.raises(KeyReused):
        await other
    assert await jotted(database) == [2]


async def test_a_refusal_is_an_answer(database: Database) -> None:
    clients = desk(database)
    clients.gate.opened.set()
    assert isinstance(await clients.send(3), Refused)


async def test_the_command_of_a_client_that_left_stands(database: Database) -> None:
    clients = desk(database, lanes=1)
    first = await clients.block()
    gone, stays = clients.send(2), clients.send(4)
    await asyncio.sleep(0)
    gone.cancel()
    clients.gate.opened.set()
    await asyncio.gather(first, stays)
    assert await jotted(database) == [0, 2, 4]
    again = await clients.send(2)
    assert again.number == 2, "it finds its answer under its key"


async def test_an_error_reaches_everybody_in_the_batch(database: Database) -> None:
    async def broken(tx: Tx, batch: Batch[Jot]) -> None:
        raise RuntimeError("broken")

    gatherer = Gatherer(database)
    sent = [Sent(Jot(number=n), "me", f"{uuid4().hex}") for n in (2, 4)]
    answers = await gatherer.submit_all(jotter(broken), sent)
    assert [str(answer) for answer in answers] == ["broken", "broken"]
    await gatherer.close()


async def test_a_request_that_meets_a_lane_on_its_way_out_is_served(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the moment, somebody serves it; it need not wait for the next to come."""

    async def at_once(_: Database, __: Any, sent: Sequence[Sent[Jot]]) -> list[Jotted]:
        return [Jotted(one.command.number, 0, "") for one in sent]

    monkeypatch.setattr(gather, "run", at_once)
    for pause in range(20):
        clients = desk(database, lanes=1)
        first = clients.send(0)
        for _ in range(pause):
            await asyncio.sleep(0)
        second = clients.gatherer.submit(clients.gate.handler, Jot(number=2), "me", "2")
        async with asyncio.timeout(20):
            assert (await second).number == 2  # type: ignore[union-attr]
            await first
