"""Commands: every write is a batch of them, run once each, in one transaction.

A handler takes a transaction and a batch and returns one outcome per command, in order. Around
it `run` keeps the book of keys: a key seen before answers what it answered then, a key seen
before with another body is KeyReused, and the outcome commits with what it did.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Generic, Protocol, TypeVar, cast

import asyncpg
import msgspec

from fondaco.kernel.db import Database, Tx
from fondaco.kernel.errors import KeyReused, Outdated, Refused
from fondaco.kernel.ids import bucket_of
from fondaco.kernel.metrics import DECIDED
from fondaco.kernel.statements import sql

ATTEMPTS = 5
_RETRIED = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    Outdated,
)
# What one command's own values can cause, so that it is worth finding the one to blame.
_POISONOUS = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to change something. Subclasses add what; all are immutable."""

    def root(self) -> int | None:
        """Id whose bucket the command belongs to; None for one that makes a new root."""
        return None


C = TypeVar("C", bound=Command)
Outcome = TypeVar("Outcome")


class Batch(Sequence[C]):
    """Commands of one kind with the id and time of each; what a handler is given."""

    def __init__(self, commands: Sequence[C], ids: Sequence[int], at: Sequence[datetime]) -> None:
        self._commands = commands
        self.ids = ids
        self.at = at

    def __len__(self) -> int:
        return len(self._commands)

    def __getitem__(self, index: Any) -> Any:
        return self._commands[index]

    def __iter__(self) -> Iterator[C]:
        return iter(self._commands)

    def part(self, numbers: Sequence[int]) -> "Batch[C]":
        """The commands at these positions, with their ids and times."""
        return Batch(
            [self._commands[n] for n in numbers],
            [self.ids[n] for n in numbers],
            [self.at[n] for n in numbers],
        )


class Sent(msgspec.Struct, Generic[C], frozen=True):
    """A command as sent: by whom, under which key, and when it happens (None: now)."""

    command: C
    principal: str
    key: str
    at: datetime | None = None


class Handler(Protocol[C, Outcome]):
    """A batch handler with what `@command` noted about it."""

    name: str
    outcome: Any

    def __call__(self, tx: Tx, batch: Batch[C]) -> Awaitable[list[Outcome | Refused]]:
        """One outcome per command, in order."""


def command(
    outcome: type[Outcome],
) -> Callable[[Callable[[Tx, Batch[C]], Awaitable[list[Outcome | Refused]]]], Handler[C, Outcome]]:
    """Mark a batch handler; `outcome` is its good outcome, a tagged Struct."""

    def mark(
        function: Callable[[Tx, Batch[C]], Awaitable[list[Outcome | Refused]]],
    ) -> Handler[C, Outcome]:
        handler = cast("Handler[C, Outcome]", function)
        domain = function.__module__.split(".")[1]
        handler.name = f"{domain}.{function.__name__}"
        handler.outcome = outcome | Refused
        return handler

    return mark


def fingerprint(name: str, wish: Command) -> bytes:
    """16 bytes that differ when the request differs."""
    return blake2b(msgspec.msgpack.encode([name, wish]), digest_size=16).digest()


async def run(
    database: Database, handler: Handler[C, Outcome], sent: Sequence[Sent[C]]
) -> list[Outcome | Refused | Exception]:
    """Run commands as one batch per bucket; one answer each, in order.

    An answer is an outcome, KeyReused, or the error that a poisonous command met alone. Raises
    Unavailable when the database is gone: then a retry under the same keys tells.
    """
    answers: list[Any] = [None] * len(sent)
    for bucket, numbers in _by_bucket(database, sent):
        part = await _settled(database, handler, bucket, [sent[n] for n in numbers])
        _count(handler.name, part)
        for number, answer in zip(numbers, part, strict=True):
            answers[number] = answer
    return answers


def _count(name: str, answers: Sequence[Any]) -> None:
    for outcome, times in Counter(map(_told, answers)).items():
        DECIDED.labels(name, outcome).inc(times)


def _told(answer: Any) -> str:
    match answer:
        case Refused():
            return answer.code
        case KeyReused():
            return "key_reused"
        case Exception():
            return "error"
        case _:
            return "accepted"


def _by_bucket(database: Database, sent: Sequence[Sent[Any]]) -> list[tuple[int, Sequence[int]]]:
    if database.buckets == 1:
        return [(0, range(len(sent)))] if sent else []
    groups: dict[int, list[int]] = {}
    for number, one in enumerate(sent):
        groups.setdefault(home(database, one), []).append(number)
    return sorted(groups.items())


def home(database: Database, one: Sent[Any]) -> int:
    """Bucket that the command, its key and what it makes live in."""
    root = one.command.root()
    if root is None:  # the key decides, so that a retry looks in the same place
        digest = blake2b(f"{one.principal}\0{one.key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % database.buckets
    return bucket_of(root, database.buckets)


async def _settled(
    database: Database, handler: Handler[Any, Any], bucket: int, sent: Sequence[Sent[Any]]
) -> list[Any]:
    """Run one bucket's batch: retry what may pass, isolate what never will."""
    for attempt in range(ATTEMPTS):
        try:
            async with database.transaction(bucket) as tx:
                return await run_in(tx, handler, sent)
        except _RETRIED:
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(random.uniform(0.001, 0.01) * 2**attempt)  # noqa: S311 - jitter
        except _POISONOUS as error:
            # One command is to blame (or lost a race for its key): alone, it shows itself.
            if len(sent) == 1 and attempt > 0:
                return [error]
            if len(sent) > 1:
                middle = len(sent) // 2
                return [
                    *await _settled(database, handler, bucket, sent[:middle]),
                    *await _settled(database, handler, bucket, sent[middle:]),
                ]
    raise AssertionError("unreachable: the last attempt returns or raises")


async def run_in(
    tx: Tx, handler: Handler[C, Outcome], sent: Sequence[Sent[C]]
) -> list[Outcome | Refused | Exception]:
    """Run commands of one bucket inside an open transaction."""
    prints = [fingerprint(handler.name, one.command) for one in sent]
    known = await _known(tx, sent)
    answers: list[Any] = [None] * len(sent)
    fresh: dict[tuple[str, str], int] = {}
    for number, one in enumerate(sent):
        name = (one.principal, one.key)
        if name in known:
            answers[number] = _replayed(handler, known[name], prints[number])
        elif name not in fresh:
            fresh[name] = number
    numbers = list(fresh.values())
    if numbers:
        for number, outcome in zip(
            numbers, await _fresh(tx, handler, sent, prints, numbers), strict=True
        ):
            answers[number] = outcome
    for number, one in enumerate(sent):  # the same key twice in one batch
        if answers[number] is None:
            first = fresh[one.principal, one.key]
            same = prints[first] == prints[number]
            answers[number] = answers[first] if same else KeyReused(one.key)
    return answers


async def _known(tx: Tx, sent: Sequence[Sent[Any]]) -> dict[tuple[str, str], Any]:
    rows = await tx.fetch(
        sql.known_commands, bucket=tx.bucket, keys=sorted({one.key for one in sent})
    )
    return {(row["principal"], row["key"]): row for row in rows}


def _replayed(handler: Handler[Any, Any], row: Any, print_: bytes) -> Any:
    if row["fingerprint"] != print_:
        return KeyReused(row["key"])
    return msgspec.json.decode(row["outcome"], type=handler.outcome)


class _Noted(msgspec.Struct):
    name: str
    id: int
    principal: str
    key: str
    fingerprint: str
    accepted: bool
    outcome: msgspec.Raw
    at: datetime


async def _fresh(
    tx: Tx,
    handler: Handler[Any, Any],
    sent: Sequence[Sent[Any]],
    prints: Sequence[bytes],
    numbers: Sequence[int],
) -> list[Any]:
    """Decide commands not seen before, and note the outcomes under their keys."""
    batch: Batch[Any] = Batch(
        [sent[n].command for n in numbers],
        [tx.mint() for _ in numbers],
        [sent[n].at or tx.now for n in numbers],
    )
    outcomes = await handler(tx, batch)
    if len(outcomes) != len(numbers):
        raise AssertionError(f"{handler.name}: one outcome per command")
    tx.commands += [
        _Noted(
            handler.name,
            id_,
            sent[n].principal,
            sent[n].key,
            prints[n].hex(),
            not isinstance(outcome, Refused),
            msgspec.Raw(msgspec.json.encode(outcome)),
            at,
        )
        for id_, n, outcome, at in zip(batch.ids, numbers, outcomes, batch.at, strict=True)
    ]
    return outcomes


__all__ = ["Batch", "Command", "Handler", "Sent", "command", "run", "run_in"]
