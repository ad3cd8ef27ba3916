"""The floor: the rows that the engine left, put into the same tables by COPY, with no logic.

A thousand purchases to a transaction. Same tables, keys, checks and indexes, so what is left
between floor and engine is deciding, reading, locking and updating.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import asyncpg

from fondaco.kernel.ids import root_of

CHUNK = 1000


class Table(NamedTuple):
    """A table to copy, parents first, and the column that leads to its purchase."""

    name: str
    leads: str
    through: str = "root"


TABLES = (
    Table("orders.purchase", "id"),
    Table("orders.orders", "id"),
    Table("orders.line", "order"),
    Table("payments.payment", "purchase"),
    Table("stock.reservation", "order"),
    Table("ledger.journal", "root"),
    Table("ledger.posting", "journal", "journal"),
    Table("ledger.balance", "subject"),
    Table("kernel.transition", "entity", "payment"),
    Table("kernel.outbox", "root"),
    Table("kernel.command", "id", "order of time"),
)


class Rows(NamedTuple):
    """One table's rows, by chunk of purchases."""

    table: str
    columns: list[str]
    chunks: list[list[tuple[Any, ...]]]

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return sum(len(chunk) for chunk in self.chunks)


async def read_rows(url: str, purchases: int) -> list[Rows]:
    """What the engine wrote for its latest purchases, table by table, dealt into chunks."""
    connection = await asyncpg.connect(url)
    try:
        ids = [
            row["id"]
            for row in await connection.fetch(
                "select id from orders.purchase order by id desc limit $1", purchases
            )
        ]
        chunk_of = {id_: n // CHUNK for n, id_ in enumerate(sorted(ids))}
        journals: dict[int, int] = {}
        payments: dict[int, int] = {}
        found = []
        for table in TABLES:
            rows = await connection.fetch(f"select * from {table.name}")  # noqa: S608 - our names
            if table.name == "ledger.journal":
                journals = {row["id"]: row["root"] for row in rows}
            if table.name == "payments.payment":
                payments = {row["id"]: row["purchase"] for row in rows}
            found.append(_deal(table, rows, _purchase_of(table, journals, payments), chunk_of))
        return found
    finally:
        await connection.close()


def _purchase_of(
    table: Table, journals: dict[int, int], payments: dict[int, int]
) -> Callable[[Any], int]:
    if table.through == "journal":
        return lambda row: root_of(journals[row[table.leads]])
    if table.through == "payment":
        return lambda row: payments.get(row[table.leads], root_of(row[table.leads]))
    return lambda row: root_of(row[table.leads])


def _deal(
    table: Table, rows: Sequence[Any], purchase_of: Callable[[Any], int], chunk_of: dict[int, int]
) -> Rows:
    columns = [name for name in (rows[0].keys() if rows else ()) if name != "xid"]
    chunks: list[list[tuple[Any, ...]]] = [[] for _ in range(max(chunk_of.values()) + 1)]
    if table.through == "order of time":  # a command leads to no purchase: two for each
        wanted = sorted(rows, key=lambda row: row["id"])[-2 * len(chunk_of) :]
        for n, row in enumerate(wanted):
            chunks[n // (2 * CHUNK)].append(tuple(row[name] for name in columns))
    else:
        for row in rows:
            if (chunk := chunk_of.get(purchase_of(row))) is not None:
                chunks[chunk].append(tuple(row[name] for name in columns))
    return Rows(table.name, columns, chunks)


async def copy_rows(
    url: str, tables: Sequence[Rows], connections: int = 1
) -> tuple[float, list[float]]:
    """COPY them into an empty, migrated database: purchases a second, seconds per chunk."""
    chunks = iter(range(len(tables[0].chunks)))
    seconds: list[float] = []

    async def lane(connection: Any) -> None:
        for chunk in chunks:
            start = time.perf_counter()
            async with connection.transaction():
                for rows in tables:
                    schema, name = rows.table.split(".")
                    await connection.copy_records_to_table(
                        name, schema_name=schema, columns=rows.columns, records=rows.chunks[chunk]
                    )
            seconds.append(time.perf_counter() - start)

    lanes = [await asyncpg.connect(url) for _ in range(connections)]
    try:
        start = time.perf_counter()
        await asyncio.gather(*map(lane, lanes))
        took = time.perf_counter() - start
    finally:
        for connection in lanes:
            await connection.close()
    return tables[0].total / took, seconds
