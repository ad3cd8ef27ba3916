"""One bad command in a batch of many: whatever it breaks, it breaks alone, and cheaply."""

from uuid import uuid4

import pytest

from fondaco.kernel import Batch, Database, Refused, Sent, Tx, Unavailable, run
from fondaco.kernel.sql import compile_statement
from tests.kernel.jotting import Jot, Jotted, clean, jotted, jotter
from tests.scratch import scratch as scratch
from tests.scratch import scratch_url as scratch_url

_SPOIL = compile_statement(
    "spoil", 'update kernel.command set outcome = \'{"type": "gone"}\' where key = :key'
)


@pytest.fixture
async def database(scratch: Database) -> Database:
    await clean(scratch)
    return scratch


def sent(key: str, *numbers: int) -> list[Sent[Jot]]:
    return [Sent(Jot(number=n), "me", f"{key}{n}") for n in numbers]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 2])
async def test_a_number_that_no_argument_can_carry_harms_nobody_else(
    database: Database, number: int
) -> None:
    """The driver says so with an error that also stands for a lost connection."""
    answers = await run(database, jotter(), sent(uuid4().hex, 2, number, 4))
    assert isinstance(answers[1], Exception)
    assert not isinstance(answers[1], Unavailable), "no retry would help"
    assert await jotted(database) == [2, 4]


async def test_a_key_that_is_no_text_harms_nobody_else(database: Database) -> None:
    wishes = [*sent(uuid4().hex, 2, 4), Sent(Jot(number=6), "me", "\ud800")]
    answers = await run(database, jotter(), wishes)
    assert isinstance(answers[2], Exception)
    assert not isinstance(answers[2], Unavailable), "no retry would help"
    assert await jotted(database) == [2, 4]


async def test_an_outcome_that_can_no_longer_be_read_harms_nobody_else(database: Database) -> None:
    key = uuid4().hex
    await run(database, jotter(), sent(key, 2))
    await database.fetch(_SPOIL, key=f"{key}2")
    answers = await run(database, jotter(), sent(key, 2, 4))
    assert isinstance(answers[0], Exception)
    assert isinstance(answers[1], Jotted)


async def test_a_handler_that_stumbles_over_one_command_does_the_others(database: Database) -> None:
    async def stumble(tx: Tx, batch: Batch[Jot]) -> None:
        if any(one.number == 6 for one in batch):
            raise AttributeError("a bug that one command's values meet")

    answers = await run(database, jotter(stumble), sent(uuid4().hex, 2, 6, 3))
    assert isinstance(answers[1], AttributeError)
    assert isinstance(answers[2], Refused)
    assert await jotted(database) == [2]


async def test_the_culprit_is_found_by_halves(database: Database) -> None:
    """One by one, anybody who can send poison could make every batch a thousand of them."""
    sizes: list[int] = []

    async def count(tx: Tx, batch: Batch[Jot]) -> None:
        sizes.append(len(batch))

    numbers = [*range(0, 500, 2), -2, *range(500, 1000, 2)]
    answers = await run(database, jotter(count), sent(uuid4().hex, *numbers))
    assert [n for n, a in enumerate(answers) if not isinstance(a, Jotted)] == [250]
    assert len(await jotted(database)) == 500
    assert len(sizes) < 25
