"""A command of the tests' own: jot a number down, where the database wants each only once."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from fondaco.kernel import Batch, Command, Database, Handler, Refused, Sent, Tx, command
from fondaco.kernel.commands import run
from fondaco.kernel.sql import Statement, compile_statement

JOTTED = compile_statement("jotted", "select number from jotting order by number")
_JOT = compile_statement("jot", "insert into jotting select unnest(:numbers::int[])")
_TABLE = Statement(
    "table", "create table if not exists jotting (number int primary key check (number >= 0))", ()
)
_EMPTY = Statement("empty", "truncate jotting", ())

Work = Callable[[Tx, Batch["Jot"]], Awaitable[None]]
"""What a handler does besides, before it writes."""


class Jot(Command, frozen=True, kw_only=True, tag="jot"):
    """Jot a number down. Odd ones are refused, negative ones break a constraint."""

    number: int
    home: int | None = None

    def root(self) -> int | None:
        """Id whose bucket the command belongs to."""
        return self.home


class Jotted(msgspec.Struct, frozen=True, tag="jotted"):
    """The number, and the command's id and time."""

    number: int
    id: int
    at: str


def jotter(work: Work | None = None) -> Handler[Jot, Jotted]:
    """A handler that jots even numbers down after doing some work."""

    async def jot(tx: Tx, batch: Batch[Jot]) -> list[Jotted | Refused]:
        if work is not None:
            await work(tx, batch)
        await tx.fetch(_JOT, numbers=[one.number for one in batch if one.number % 2 == 0])
        return [
            Refused("odd", f"{one.number} is odd.")
            if one.number % 2
            else Jotted(one.number, id_, at.isoformat())
            for one, id_, at in zip(batch, batch.ids, batch.at, strict=True)
        ]

    return command(Jotted)(jot)


async def clean(database: Database) -> None:
    """Make the table, or empty it."""
    await database.fetch(_TABLE)
    await database.fetch(_EMPTY)


async def jotted(database: Database) -> list[int]:
    """All numbers that were jotted down."""
    return [row["number"] for row in await database.fetch(JOTTED)]


async def jot_all(
    database: Database, handler: Handler[Jot, Jotted], *sent: tuple[str, int]
) -> list[Any]:
    """Run one batch of (key, number)."""
    return await run(
        database, handler, [Sent(Jot(number=number), "me", key) for key, number in sent]
    )
