"""The sandbox's own ledger: one final entry for each key, in one SQLite file.

A committed entry survives the process, however it ends (only a power cut may take the last ones:
commits are not synced). One process at a time has a file.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from fondaco.kernel.clock import Clock
from fondaco.payments.providers.base import Fact, FactKind
from fondaco.payments.providers.sandbox.rules import AFTERWARDS, Asked, Captured, Verdict

MAX_PAGE: Final = 1000
_PATIENCE: Final = 5.0
"""Seconds to wait for the file: a sandbox whose parent was killed has it for up to three more."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEMA: Final = """
create table if not exists entry (
    seq integer primary key,
    key text not null unique,
    service text not null,
    amount integer not null,
    currency text not null,
    subject text not null,
    reference text not null,
    kind text not null,
    reason text not null,
    fee integer not null,
    at integer not null, -- microseconds since 1970
    taken integer not null -- the money that moved; `amount` is what was asked
);
create index if not exists entry_taken on entry (subject)
    where kind in ('refunded', 'dispute_opened', 'dispute_won');
create index if not exists entry_at on entry (at);
create table if not exists page (key text primary key, asked text not null) without rowid;
create table if not exists struck (fault text, key text, primary key (fault, key)) without rowid;
create table if not exists webhook (
    id integer primary key,
    key text not null,
    attempts integer not null default 0,
    due integer -- null: given up
);
create index if not exists webhook_due on webhook (due) where due is not null;
"""
_TAKEN: Final = """
begin exclusive;
alter table entry add column taken integer not null default 0;
update entry set taken = amount;
commit;
"""
_COLUMNS: Final = "key, service, amount, currency, subject, reference, kind, reason, fee, taken, at"
_FIND: Final = f"select {_COLUMNS} from entry where key in (select value from json_each(?))"  # noqa: S608
_INSERT: Final = f"insert into entry ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_GONE: Final = """
select subject, sum(case kind when 'dispute_won' then -amount else amount end) from entry
where kind in ('refunded', 'dispute_opened', 'dispute_won')
    and subject in (select value from json_each(?)) group by subject
"""
_TOTALS: Final = """
select currency, kind, count(*), sum(taken), sum(fee) from entry
group by currency, kind order by currency, kind
"""


class BookError(Exception):
    """The book cannot be opened; the message says why."""


_RESPOND: Final = timedelta(days=7)
"""How long there is to send evidence against a dispute."""


class Entry(NamedTuple):
    """A request and what became of it."""

    asked: Asked
    verdict: Verdict
    at: int

    def fact(self) -> Fact:
        """The fact as it is told, the same each time."""
        key, service, amount, currency, subject, _ = self.asked
        kind, reason, fee, taken = self.verdict
        at = _EPOCH + timedelta(microseconds=self.at)
        about, reference, respond_by = key.removesuffix(AFTERWARDS), "", None
        if service == "dispute":
            about, reference = subject, key.partition("#")[0]
            respond_by = at + _RESPOND if kind == FactKind.DISPUTE_OPENED else None
        moved = amount if taken is None else taken
        return Fact(
            f"evt_{key}", kind, about, moved, currency, fee, reason, at, reference, respond_by
        )


class Posted(NamedTuple):
    """The entry under a request's key; `fits` if it is this request's, `fresh` if it is new."""

    entry: Entry
    fits: bool
    fresh: bool


class Total(msgspec.Struct, frozen=True):
    """Sum of one kind of fact in one currency."""

    currency: str
    kind: FactKind
    count: int
    amount: int
    fee: int


def micros(at: datetime) -> int:
    """Microseconds since 1970, as the book keeps time."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def _entry(row: Sequence[Any]) -> Entry:
    verdict = Verdict(FactKind(row[6]), row[7], row[8], row[9])
    return Entry(Asked(*row[:6]), verdict, row[10])


class Book:
    """What the provider knows. For one thread. `path` None keeps it in memory.

    Raises BookError if the file is another process's, or is no book.
    """

    def __init__(self, path: Path | None, now: Clock) -> None:
        self.now = now
        self.db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=_PATIENCE)
        try:
            self.db.execute("pragma locking_mode = exclusive")
            self.db.execute("pragma journal_mode = wal")
            self.db.execute("pragma synchronous = normal")
            self.db.executescript(f"begin exclusive; {_SCHEMA} commit;")
            if "taken" not in {row[1] for row in self.db.execute("pragma table_info(entry)")}:
                self.db.executescript(_TAKEN)
        except sqlite3.Error as error:
            self.db.close()
            raise BookError(f"cannot open {path}: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def post(
        self,
        batch: Sequence[Asked],
        judge: Callable[[Asked], Verdict],
        webhooks: Callable[[str], Sequence[int]] | None = None,
    ) -> list[Posted]:
        """Decide what is new, once and for all, in one transaction; tell what is known.

        `webhooks` says how many milliseconds after its fact each webhook of a key is due.
        """
        at = micros(self.now())
        known = self.find([asked.key for asked in batch])
        fresh: list[Entry] = []
        posted = []
        for asked in batch:
            entry = known.get(asked.key)
            if entry is None:
                entry = known[asked.key] = Entry(asked, judge(asked), at)
                fresh.append(entry)
                posted.append(Posted(entry, fits=True, fresh=True))
            else:
                posted.append(Posted(entry, fits=entry.asked == asked, fresh=False))
        if fresh:
            self._insert(fresh, webhooks)
        return posted

    def find(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries of those keys that have one."""
        found = {}
        for row in self.db.execute(_FIND, (msgspec.json.encode(keys).decode(),)):
            found[row[0]] = _entry(row)
        return found

    def ends(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The last word on each of those charges that has one: its capture or void, or itself."""
        found = self.find([*keys, *(key + AFTERWARDS for key in keys)])
        return {
            key: entry
            for key in keys
            if (entry := found.get(key + AFTERWARDS) or found.get(key)) is not None
        }

    def captured(self, keys: Sequence[str]) -> dict[str, Captured]:
        """What the captured charges among these keys brought in, and what is left of it."""
        gone = dict(self.db.execute(_GONE, (msgspec.json.encode(keys).decode(),)).fetchall())
        return {
            key: Captured(fact.currency, fact.amount - gone.get(key, 0))
            for key, entry in self.ends(keys).items()
            if (fact := entry.fact()).kind == FactKind.CAPTURED
        }

    def open_page(self, asked: Asked) -> Asked:
        """Note that a charge waits for its buyer; the request that is noted under its key."""
        text = msgspec.json.encode(asked).decode()
        self.db.execute("insert or ignore into page values (?, ?)", (asked.key, text))
        return self.pages([asked.key])[asked.key]

    def pages(self, keys: Sequence[str]) -> dict[str, Asked]:
        """Those charges that were sent to a page."""
        statement = "select key, asked from page where key in (select value from json_each(?))"
        rows = self.db.execute(statement, (msgspec.json.encode(keys).decode(),))
        return {key: Asked(*msgspec.json.decode(text)) for key, text in rows}

    def day(self, start: datetime) -> list[Fact]:
        """What happened within a day of `start`, in order."""
        statement = f"select {_COLUMNS} from entry where at >= ? and at < ? order by seq"  # noqa: S608
        span = (micros(start), micros(start + timedelta(days=1)))
        return [_entry(row).fact() for row in self.db.execute(statement, span)]

    def strike(self, fault: str, keys: Sequence[str]) -> set[str]:
        """Those keys that the fault strikes for the first time; it will not strike them again."""
        statement = "insert into struck values (?, ?) on conflict do nothing returning key"
        with self.transaction():
            rows = [self.db.execute(statement, (fault, key)).fetchone() for key in keys]
        return {row[0] for row in rows if row}

    def totals(self) -> list[Total]:
        """Counts and sums by currency and kind."""
        return [Total(c, FactKind(k), *sums) for c, k, *sums in self.db.execute(_TOTALS)]

    def page(self, after: int, limit: int) -> list[tuple[int, Fact]]:
        """Facts in the order they happened, each with its number; `after` is the last one seen."""
        statement = f"select seq, {_COLUMNS} from entry where seq > ? order by seq limit ?"  # noqa: S608
        rows = self.db.execute(statement, (after, min(limit, MAX_PAGE)))
        return [(seq, _entry(row).fact()) for seq, *row in rows]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written, or nothing."""
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    def _insert(
        self, fresh: Sequence[Entry], webhooks: Callable[[str], Sequence[int]] | None
    ) -> None:
        rows = [
            (
                *asked,
                kind.value,
                str(reason),
                fee,
                asked.amount if taken is None else taken,
                at,
            )
            for asked, (kind, reason, fee, taken), at in fresh
        ]
        with self.transaction():
            self.db.executemany(_INSERT, rows)
            if webhooks:
                self.db.executemany(
                    "insert into webhook (key, due) values (?, ?)",
                    [
                        (entry.asked.key, entry.at + delay * 1000)
                        for entry in fresh
                        for delay in webhooks(entry.asked.key)
                    ],
                )
