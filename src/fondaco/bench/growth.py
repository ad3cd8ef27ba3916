"""Making a deployment old: copies of the purchases that are there, server-side, under older ids."""

from collections.abc import Callable
from typing import NamedTuple

import asyncpg


class _Table(NamedTuple):
    name: str
    ids: tuple[str, ...]
    where: str = "true"


_TABLES = (
    _Table("orders.purchase", ("id",)),
    _Table("orders.orders", ("id", "purchase")),
    _Table("orders.line", ("purchase", "order")),
    _Table("payments.payment", ("id", "purchase")),
    _Table("stock.reservation", ("order",)),
    _Table("ledger.journal", ("id", "root", "cause")),
    _Table("ledger.posting", ("journal", "debit_subject", "credit_subject")),
    _Table("ledger.balance", ("subject",)),
    _Table("kernel.transition", ("entity", "cause")),
    _Table("kernel.outbox", ("id", "root")),
    _Table("kernel.command", ("id",), "name in ('orders.place', 'orders.record_payment')"),
)
_LAST = """
    select greatest((select max(id) from payments.payment), (select max(id) from ledger.journal),
                    (select max(id) from kernel.outbox), (select max(id) from kernel.command))
"""
"""The last id of all that is copied: what paid a purchase has later ids than the purchase."""

_COLUMNS = """
    select attname from pg_attribute
    where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum
"""


async def age(url: str, purchases: int, progress: Callable[[str], None]) -> None:
    """Copy what is there, paid purchases only, until there are so many of them.

    Copies keep everything but their ids, which are older by whole spans of the originals', and
    their keys; stock is promised to them as well, so that the books stay right.
    """
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica")  # no key checks: copies
        first, there = await connection.fetchrow("select min(id), count(*) from orders.purchase")
        last = await connection.fetchval(_LAST)
        span = ((last - first) | 0xFFFFFF) + 1 << 2
        columns = {
            table.name: [row["attname"] for row in await connection.fetch(_COLUMNS, table.name)]
            for table in _TABLES
        }
        copies = -(-(purchases - there) // there)
        for copy in range(1, copies + 1):
            async with connection.transaction():
                for table in _TABLES:
                    await connection.execute(_copy(table, columns[table.name], copy * span), first)
            progress(f"growth: {there * (copy + 1):,} purchases")
        await connection.execute(_PROMISE)
        for name in (*(table.name for table in _TABLES), "stock.level"):
            await connection.execute(f"vacuum analyze {name}")
    finally:
        await connection.close()


def _copy(table: _Table, columns: list[str], older: int) -> str:
    """Copy what was there before this round under ids older by so much."""
    changed = {name: f'"{name}" - {older}' for name in table.ids}
    if table.name == "kernel.command":
        changed["key"] = f"key || ' copy {older}'"
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    return (
        f"insert into {table.name} ({names})"  # noqa: S608 - our own names
        f' select {values} from {table.name} where "{table.ids[0]}" >= $1 and {table.where}'
    )


_PROMISE = """
    update stock.level l set reserved = held.units
    from (select bucket, offer, location, sum(quantity - consumed - released) as units
          from stock.reservation group by bucket, offer, location) held
    where l.bucket = held.bucket and l.offer = held.offer and l.location = held.location
"""
