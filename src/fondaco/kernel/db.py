"""The database: a pool, and the transaction that handlers are given.

A batch statement names its rows by key, `= any(:ids)`, and joins them to the batch's values.
On command connections sequential scans and nested loops are switched off, so such a statement
has one plan, index by key and hash join, whatever the statistics say: a plan made and cached
when a table was empty is still right at ten million rows. Readers plan freely.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from copy import copy
from datetime import datetime
from typing import Any, Protocol

import asyncpg
import msgspec

from fondaco.kernel.clock import Clock, system_clock
from fondaco.kernel.errors import Unavailable
from fondaco.kernel.fault import connection_class
from fondaco.kernel.ids import NODES, Minter
from fondaco.kernel.sql import Statement
from fondaco.kernel.statements import sql


class Row(Protocol):
    """One row of a result: values by name or position; iterating gives the values in order."""

    def __getitem__(self, name: Any, /) -> Any:
        """The value of a column."""

    def __iter__(self) -> Iterator[Any]:
        """The values in column order."""

    def keys(self) -> Iterator[str]:
        """The names of the columns, so that `dict(row)` works."""


_BY_KEY = {"enable_seqscan": "off", "enable_nestloop": "off", "enable_mergejoin": "off"}
_SESSION = {"jit": "off", "application_name": "fondaco", "timezone": "UTC"}
_NODE_LOCK = 0x0F0DAC0  # first key of the advisory locks that hand out node numbers
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TransactionTimeoutError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,  # what a connection that died in the middle of a call says
    ConnectionError,
    OSError,
)
"""What says that the server is gone or not there yet, rather than that the statement is wrong."""


def as_json(rows: Sequence[Any]) -> str:
    """Rows (Structs, dicts or tuples) as the one JSON parameter of a batch statement."""
    return msgspec.json.encode(rows).decode()


class Tx:
    """One open transaction on behalf of one batch: the only way to the tables.

    `bucket` is the bucket of the batch's roots, `now` the time of the batch.
    """

    __slots__ = ("bucket", "commands", "connection", "database", "events", "now", "steps")

    def __init__(self, connection: Any, database: Database, bucket: int, now: datetime) -> None:
        self.connection = connection
        self.database = database
        self.bucket = bucket
        self.now = now
        self.commands: list[Any] = []
        self.steps: list[Any] = []
        self.events: list[Any] = []

    async def flush(self) -> None:
        """Write what the kernel keeps of a batch (commands, steps, events) in one statement.

        Collected until the transaction ends, because each statement costs a round trip.
        """
        if self.commands or self.steps or self.events:
            await self.fetch(
                sql.keep, bucket=self.bucket, commands=as_json(self.commands),
                steps=as_json(self.steps), events=as_json(self.events),
            )  # fmt: skip
            self.commands, self.steps, self.events = [], [], []

    async def fetch(self, statement: Statement, **values: Any) -> list[Row]:
        """Run one statement; its rows."""
        rows = await self.connection.fetch(statement.text, *statement.arguments(values))
        return rows  # type: ignore[no-any-return]

    async def fetch_one(self, statement: Statement, **values: Any) -> Row | None:
        """Run one statement; its first row, if any."""
        rows = await self.fetch(statement, **values)
        return rows[0] if rows else None

    def beside(self, bucket: int) -> Tx:
        """The same transaction, for reading and writing another bucket's rows."""
        other = copy(self)
        other.bucket = bucket
        return other

    def mint(self, bucket: int | None = None) -> int:
        """A new root id; in the batch's own bucket unless told otherwise."""
        return self.database.mint(self.bucket if bucket is None else bucket)


class Database:
    """A pool of connections with this deployment's clock and id minter."""

    def __init__(
        self, pool: Any, reads: Any, patience: float, mint: Minter, clock: Clock, lease: _Lease
    ) -> None:
        self._pool = pool
        self._reads = reads
        self._patience = patience
        self.mint = mint
        self.clock = clock
        self._lease = lease

    @property
    def buckets(self) -> int:
        """How many buckets the keys are dealt over; 1 on a single server."""
        return self.mint.buckets

    @asynccontextmanager
    async def transaction(self, bucket: int = 0, *, snapshot: bool = False) -> AsyncIterator[Tx]:
        """A transaction that commits on leaving. `snapshot` reads it all as of one instant.

        Raises Unavailable when the server cannot be reached or goes away; then whether the
        transaction took effect is not known.
        """
        try:
            pool = self._reads if snapshot else self._pool
            async with pool.acquire(timeout=self._patience) as connection:
                level = "repeatable_read" if snapshot else "read_committed"
                try:
                    async with connection.transaction(isolation=level, readonly=snapshot):
                        tx = Tx(connection, self, bucket, self.clock())
                        yield tx
                        await tx.flush()
                except LOST:
                    connection.terminate()  # at once: a dead one would be waited for
                    raise
        except LOST as error:
            raise Unavailable(str(error) or type(error).__name__) from error

    async def fetch(self, statement: Statement, **values: Any) -> list[Row]:
        """Read outside any batch."""
        try:
            async with self._reads.acquire(timeout=self._patience) as connection:
                try:
                    rows = await connection.fetch(statement.text, *statement.arguments(values))
                except LOST:
                    connection.terminate()
                    raise
        except LOST as error:
            raise Unavailable(str(error) or type(error).__name__) from error
        return rows  # type: ignore[no-any-return]

    async def renew_lease(self) -> int:
        """Take the node number again that went with a lost connection; 1 if it had to.

        If another process has it by now, this one mints as another node from then on. Raises
        Unavailable while the server is away.
        """
        if not await self._lease.lost():
            return 0
        try:
            if await self._lease.renew():
                self.mint = Minter(self._lease.node, self.mint.buckets)
        except LOST as error:
            raise Unavailable(str(error) or type(error).__name__) from error
        return 1

    async def close(self) -> None:
        """Give all connections back; those that do not answer are cut off."""
        try:
            async with asyncio.timeout(self._patience):
                await self._lease.close()
                await self._pool.close()
                await self._reads.close()
        except LOST:
            self._pool.terminate()
            self._reads.terminate()


async def connect(
    url: str,
    *,
    buckets: int = 1,
    pool_size: int = 8,
    statement_timeout: float = 20.0,
    clock: Clock = system_clock,
) -> Database:
    """Open a database that has been migrated. Raises Unavailable when nothing answers there.

    The server ends a statement after `statement_timeout` seconds. Where not even that is heard of,
    the connection is dead without knowing: it is given up a second later. The server does the same
    by a transaction, after three times as long for commands and thirty for reads.
    """
    patience = statement_timeout + 1.0
    session = _SESSION | {
        "statement_timeout": str(int(statement_timeout * 1000)),
        # Locks of a client that is gone without a word must not outlive it for hours.
        "idle_in_transaction_session_timeout": str(int(statement_timeout * 3000)),
    }
    try:
        lease = await _Lease.take(url)
        limit = statement_timeout * 3
        pool = await _pool(url, pool_size, patience, limit, session | _BY_KEY, connection_class())
        reads = await _pool(url, pool_size, patience, limit * 10, session)
    except LOST as error:
        raise Unavailable(f"no PostgreSQL answers: {error}") from error
    return Database(pool, reads, patience, Minter(lease.node, buckets), clock, lease)


async def _pool(
    url: str,
    size: int,
    patience: float,
    limit: float,
    settings: dict[str, str],
    kind: Any = asyncpg.Connection,
) -> Any:
    async def limited(connection: Any) -> None:
        """Let no transaction outlast its client.

        One that vanished between the parts of a statement is active to PostgreSQL, and neither
        limit above counts. PostgreSQL 16 does not have this one yet.
        """
        await connection.execute(
            "select set_config(name, $1, false) from pg_settings"
            " where name = 'transaction_timeout'",
            str(int(limit * 1000)),
        )

    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        server_settings=settings,
        connection_class=kind,
        init=limited,
        command_timeout=patience,
        statement_cache_size=1000,
        max_cacheable_statement_size=0,
        max_inactive_connection_lifetime=0,
        reset=_leave_as_is,
    )


async def _leave_as_is(_: Any) -> None:
    """Spare a round trip: all that a transaction sets or locks here ends with it."""


class _Lease:
    """A node number that no other living process has: an advisory lock that dies with us."""

    def __init__(self, url: str, connection: Any, node: int) -> None:
        self._url, self._connection, self.node = url, connection, node

    @classmethod
    async def take(cls, url: str, first: int = 0) -> _Lease:
        """The first free number, beginning with the one that was had before."""
        connection = await asyncpg.connect(
            url, command_timeout=5, server_settings={"application_name": "fondaco lease"}
        )
        for node in (first, *range(NODES)):
            if await connection.fetchval("select pg_try_advisory_lock($1, $2)", _NODE_LOCK, node):
                return cls(url, connection, node)
        await connection.close()
        raise Unavailable(f"all {NODES} node numbers are taken; too many processes are connected")

    async def lost(self) -> bool:
        """Whether the connection is gone, and the lock with it."""
        try:
            await self._connection.execute("select")
        except LOST:
            self._connection.terminate()
        return bool(self._connection.is_closed())

    async def renew(self) -> bool:
        """Take a number over a new connection; whether it is another one."""
        fresh = await _Lease.take(self._url, self.node)
        changed = fresh.node != self.node
        self._connection, self.node = fresh._connection, fresh.node
        return changed

    async def close(self) -> None:
        await self._connection.close()
