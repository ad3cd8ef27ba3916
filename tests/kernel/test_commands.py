"""Commands: decided once each, whatever is sent again, in one batch or in two at once."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel import Batch, Database, KeyReused, Refused, Sent, Tx, command, run
from fondaco.kernel.ids import Minter, bucket_of
from tests.kernel.jotting import Jot, Jotted, clean, jot_all, jotted, jotter
from tests.scratch import NOON


@pytest.fixture
async def database(scratch: Database) -> Database:
    await clean(scratch)
    return scratch


@pytest.fixture
def key() -> str:
    """A key that no other test uses."""
    return uuid4().hex


async def test_the_same_key_gets_the_same_answer_and_has_one_effect(
    database: Database, key: str
) -> None:
    first = await jot_all(database, jotter(), (key, 2))
    again = await jot_all(database, jotter(), (key, 2))
    assert first == again
    assert isinstance(again[0], Jotted)
    assert await jotted(database) == [2]


async def test_a_refusal_is_kept_like_any_outcome(database: Database, key: str) -> None:
    first = await jot_all(database, jotter(), (key, 3))
    assert first == await jot_all(database, jotter(), (key, 3))
    assert first == [Refused("odd", "3 is odd.")]


async def test_the_same_key_with_another_body_is_not_replayed(database: Database, key: str) -> None:
    await jot_all(database, jotter(), (key, 2))
    [answer] = await jot_all(database, jotter(), (key, 4))
    assert isinstance(answer, KeyReused)
    assert await jotted(database) == [2]


async def test_the_same_key_for_another_command_is_not_replayed(
    database: Database, key: str
) -> None:
    @command(Jotted)
    async def other(tx: Tx, batch: Batch[Jot]) -> list[Jotted | Refused]:
        raise AssertionError("not reached")

    await jot_all(database, jotter(), (key, 2))
    [answer] = await jot_all(database, other, (key, 2))
    assert isinstance(answer, KeyReused)


async def test_keys_of_two_principals_have_nothing_to_do_with_each_other(
    database: Database, key: str
) -> None:
    sent = [Sent(Jot(number=2), "me", key), Sent(Jot(number=4), "you", key)]
    answers = await run(database, jotter(), sent)
    assert [answer.number for answer in answers if isinstance(answer, Jotted)] == [2, 4]


async def test_a_key_twice_in_one_batch_has_one_effect(database: Database, key: str) -> None:
    answers = await jot_all(database, jotter(), (key, 2), (f"{key}b", 4), (key, 2))
    assert answers[0] == answers[2]
    assert await jotted(database) == [2, 4]


async def test_a_key_twice_in_one_batch_with_two_bodies_runs_the_first(
    database: Database, key: str
) -> None:
    answers = await jot_all(database, jotter(), (key, 2), (key, 4))
    assert isinstance(answers[0], Jotted)
    assert isinstance(answers[1], KeyReused)
    assert await jotted(database) == [2]


async def test_new_and_known_keys_share_a_batch(database: Database, key: str) -> None:
    first = await jot_all(database, jotter(), (key, 2))
    answers = await jot_all(database, jotter(), (f"{key}b", 4), (key, 2), (key, 6))
    assert answers[1] == first[0]
    assert isinstance(answers[2], KeyReused)
    assert await jotted(database) == [2, 4]


async def test_a_poisonous_command_gets_the_error_alone(database: Database, key: str) -> None:
    numbers = [0, 2, -4, 3, 8]
    answers = await jot_all(database, jotter(), *((f"{key}{n}", n) for n in numbers))
    assert isinstance(answers[2], asyncpg.CheckViolationError)
    assert isinstance(answers[3], Refused)
    assert [a.number for a in answers if isinstance(a, Jotted)] == [0, 2, 8]
    assert await jotted(database) == [0, 2, 8]


async def test_two_commands_that_clash_do_not_harm_the_rest(database: Database, key: str) -> None:
    answers = await jot_all(database, jotter(), (f"{key}a", 2), (f"{key}b", 2), (f"{key}c", 4))
    assert isinstance(answers[0], Jotted)
    assert isinstance(answers[1], asyncpg.UniqueViolationError)
    assert isinstance(answers[2], Jotted)
    assert await jotted(database) == [2, 4]


async def test_poison_leaves_its_key_free(database: Database, key: str) -> None:
    await jot_all(database, jotter(), (f"{key}a", 2))
    assert not isinstance((await jot_all(database, jotter(), (key, 2)))[0], Jotted)
    await clean(database)
    assert isinstance((await jot_all(database, jotter(), (key, 2)))[0], Jotted)


async def test_a_bug_in_a_handler_changes_nothing(database: Database, key: str) -> None:
    @command(Jotted)
    async def forgetful(tx: Tx, batch: Batch[Jot]) -> list[Jotted | Refused]:
        return (await jotter()(tx, batch))[1:]

    answers = await jot_all(database, forgetful, (key, 2), (f"{key}b", 4))
    assert all("one outcome per command" in str(answer) for answer in answers)
    assert all(isinstance(answer, AssertionError) for answer in answers)
    assert await jotted(database) == []


async def test_a_value_the_database_cannot_hold_harms_nobody_else(
    database: Database, key: str
) -> None:
    answers = await jot_all(database, jotter(), (f"{key}a", 2**40), (f"{key}b", 4))
    assert isinstance(answers[0], asyncpg.DataError)
    assert await jotted(database) == [4]


async def test_the_same_key_from_two_processes_at_once_has_one_effect(
    database: Database, scratch_url: str, key: str
) -> None:
    both_began = asyncio.Barrier(2)
    calls: list[int] = []

    async def wait(tx: Tx, batch: Batch[Jot]) -> None:
        calls.append(len(batch))
        if len(calls) <= 2:  # neither has seen the other's key
            await both_began.wait()

    other = await kernel.connect(scratch_url, clock=database.clock)
    answers = await asyncio.gather(
        jot_all(database, jotter(wait), (key, 2)), jot_all(other, jotter(wait), (key, 2))
    )
    await other.close()
    assert answers[0] == answers[1]
    assert await jotted(database) == [2]


async def test_each_command_has_its_own_id_and_time(database: Database, key: str) -> None:
    then = datetime(2024, 5, 6, 7, tzinfo=UTC)
    sent = [Sent(Jot(number=2), "me", key, then), Sent(Jot(number=4), "me", f"{key}b")]
    first, second = await run(database, jotter(), sent)
    assert isinstance(first, Jotted)
    assert isinstance(second, Jotted)
    assert first.id < second.id
    assert (first.at, second.at) == (then.isoformat(), NOON.isoformat())


async def test_answers_keep_their_order_over_buckets(
    database: Database, scratch_url: str, key: str
) -> None:
    many = await kernel.connect(scratch_url, buckets=8, clock=database.clock)
    mint = Minter(0)
    seen: list[tuple[int, set[int]]] = []

    async def note(tx: Tx, batch: Batch[Jot]) -> None:
        seen.append((tx.bucket, {bucket_of(one.home or 0, 8) for one in batch}))

    sent = [Sent(Jot(number=2 * n, home=mint()), "me", f"{key}{n}") for n in range(40)]
    answers: list[Any] = await run(many, jotter(note), sent)
    assert [answer.number for answer in answers] == [2 * n for n in range(40)]
    assert all(homes == {bucket} for bucket, homes in seen)
    assert [bucket for bucket, _ in seen] == sorted({bucket for bucket, _ in seen})
    assert await run(many, jotter(), sent) == answers, "a retry looks in the same buckets"
    await many.close()


async def test_an_empty_batch_is_no_batch(database: Database) -> None:
    assert await run(database, jotter(), []) == []
