"""Making a deployment old: copies of the purchases that are there, server-side, under older ids."""

from collections.abc import Callable
from typing import NamedTuple

import asyncpg


class _Table(NamedTuple):
    name: str
    ids: tuple[str, ...]
    rest: tuple[str, ...]
    where: str = "true"


_TABLES = (
    _Table("orders.purchase", ("id",), (
        "bucket", "market", "buyer", "currency", "total", "reference", "lenient", "pay_by",
        "placed_at",
    )),
    _Table("orders.orders", ("id", "purchase"), (
        "bucket", "market", "seller", "currency", "goods", "shipping", "commission", "state",
        "due_at", "placed_at",
    )),
    _Table("orders.line", ("purchase", '"order"'), (
        "bucket", "no", "offer", "variant", "quantity", "unit_price", "goods", "shipping",
        "commission",
    )),
    _Table("payments.payment", ("id", "purchase"), (
        "bucket", "provider", "token", "currency", "amount", "captured", "fee", "state", "due_at",
        "created_at",
    )),
    _Table("stock.reservation", ('"order"',), ("bucket", "line", "location", "offer", "quantity")),
    _Table("ledger.journal", ("id", "root", "cause"), ("bucket", "kind", "at")),
    _Table("ledger.posting", ("journal", "debit_subject", "credit_subject"), (
        "bucket", "no", "debit", "credit", "currency", "amount",
    )),
    _Table("ledger.balance", ("subject",), ("bucket", "account", "currency", "amount")),
    _Table("kernel.transition", ("entity", "cause"), (
        "bucket", "dst", "src", "machine", "actor", "at",
    )),
    _Table("kernel.outbox", ("id", "root"), ("bucket", "xid", "topic", "payload", "at")),
    _Table("kernel.command", ("id",), (
        "bucket", "principal", "name", "fingerprint", "accepted", "outcome", "at",
    ), "name in ('orders.place', 'orders.record_payment')"),
)  # fmt: skip


async def age(url: str, purchases: int, progress: Callable[[str], None]) -> None:
    """Copy what is there, paid purchases only, until there are so many of them.

    Copies keep everything but their ids, which are older by whole spans of the originals', and
    their keys; stock is promised to them as well, so that the books stay right.
    """
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica")  # no key checks: copies
        first, last, there = await connection.fetchrow(
            "select min(id), max(id), count(*) from orders.purchase"
        )
        span = ((last - first) | 0xFFFFFF) + 1 << 2
        copies = -(-(purchases - there) // there)
        for copy in range(1, copies + 1):
            async with connection.transaction():
                for table in _TABLES:
                    await connection.execute(_copy(table, copy * span), first)
            progress(f"growth: {there * (copy + 1):,} purchases")
        await connection.execute(_PROMISE)
        for name in (*(table.name for table in _TABLES), "stock.level"):
            await connection.execute(f"vacuum analyze {name}")
    finally:
        await connection.close()


def _copy(table: _Table, older: int) -> str:
    """Copy what was there before this round under ids older by so much."""
    columns = [*table.ids, *table.rest]
    values = [*(f"{name} - {older}" for name in table.ids), *table.rest]
    if table.name == "kernel.command":
        columns.append("key")
        values.append(f"key || ' copy {older}'")
    return (
        f"insert into {table.name} ({', '.join(columns)})"  # noqa: S608 - our own names
        f" select {', '.join(values)} from {table.name}"
        f" where {table.ids[0]} >= $1 and {table.where}"
    )


_PROMISE = """
    update stock.level l set reserved = held.units
    from (select bucket, offer, location, sum(quantity - consumed - released) as units
          from stock.reservation group by bucket, offer, location) held
    where l.bucket = held.bucket and l.offer = held.offer and l.location = held.location
"""
