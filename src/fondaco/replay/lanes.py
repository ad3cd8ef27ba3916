"""Lanes: batches of commands, a few of them under way at once, none of them refused."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar, cast

from fondaco.kernel import Command, Database, Handler, Refused, Sent, run

BATCH: Final = 1000
"""The most commands that one transaction carries."""

LANES: Final = 3
"""How many batches are under way at once: PostgreSQL works on two while Python decides another."""

Progress = Callable[[str, int, int], None]
"""Told the stage ("reading", "furnishing", "trading", "checking"), and how much of how much."""

_SHOWN: Final = 10

C = TypeVar("C", bound=Command)
Outcome = TypeVar("Outcome")
T = TypeVar("T")


class ReplayError(Exception):
    """Commands were not carried out; the message names the rows that they came from."""


class Lanes:
    """Sends commands in batches, at most `LANES` at once however many ask."""

    def __init__(self, database: Database, lanes: int = LANES) -> None:
        self.database = database
        self._free = asyncio.Semaphore(lanes)

    async def send(self, handler: Handler[C, Outcome], sent: Sequence[Sent[C]]) -> list[Outcome]:
        """The outcome of each command, in order. Raises ReplayError if one is not good."""
        async with asyncio.TaskGroup() as group:
            parts = [group.create_task(self._batch(handler, part)) for part in portions(sent)]
        return [outcome for part in parts for outcome in part.result()]

    async def _batch(self, handler: Handler[C, Outcome], sent: Sequence[Sent[C]]) -> list[Outcome]:
        async with self._free:
            answers = await run(self.database, handler, sent)
        bad = [
            f"{one.key}: {_why(answer)}"
            for one, answer in zip(sent, answers, strict=True)
            if isinstance(answer, Refused | Exception)
        ]
        if bad:
            more = f"\nand {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
            raise ReplayError(f"{handler.name} refused\n" + "\n".join(bad[:_SHOWN]) + more)
        return cast("list[Outcome]", answers)


def portions(things: Sequence[T], most: int = BATCH) -> Iterator[Sequence[T]]:
    """Parts of at most `most`, as even as can be."""
    count = -(-len(things) // most)
    for number in range(count):
        yield things[len(things) * number // count : len(things) * (number + 1) // count]


def first_failure(failures: BaseException) -> BaseException:
    """What went wrong first, out of the groups that task groups wrap it in."""
    while isinstance(failures, BaseExceptionGroup):
        failures = failures.exceptions[0]
    return failures


def _why(answer: object) -> str:
    if isinstance(answer, Refused):
        return f"{answer.code}: {answer.detail}"
    return f"{type(answer).__name__}: {answer}"
