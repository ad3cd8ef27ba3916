"""The audit: what clients were told against our tables, and our tables against the provider."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from fondaco import kernel
from fondaco.check import check
from fondaco.kernel.ids import parse, show
from fondaco.payments.providers.sandbox.book import Book
from tests.faults.history import History

Facts = dict[str, tuple[str, int, str]]
"""Kind, amount and currency, by the provider's key."""

QUIET = 90.0
"""Seconds for open refunds and payouts; a provider that did not answer is asked after 60."""

_OPEN = """
    select (select count(*) from payments.payment where state = 'created')
        + (select count(*) from payments.refund where state = 'requested')
        + (select count(*) from payments.payout where state = 'created')
"""
_FACTS = """
    select 'pay' as prefix, id, captured as amount, currency, 'captured' as kind
        from payments.payment where state in ('captured', 'refunded')
    union all select 'pay', id, amount, currency, 'declined'
        from payments.payment where state = 'failed'
    union all select 'ref', id, amount, currency, 'refunded'
        from payments.refund where state = 'succeeded'
    union all select 'ref', id, amount, currency, 'refund_failed'
        from payments.refund where state = 'failed'
    union all select 'out', id, amount, currency, 'paid_out'
        from payments.payout where state = 'paid'
    union all select 'out', id, amount, currency, 'payout_failed'
        from payments.payout where state = 'failed'
"""
_RETURNED = """
    select p.id, p.returned, coalesce(sum(r.amount), 0) as sent
    from payments.payment p
    left join payments.refund r on r.payment = p.id and r.state = 'succeeded'
    group by p.id, p.returned
"""


class Audit:
    """Compares a history with the tables behind it."""

    def __init__(self, history: History, connection: Any) -> None:
        self._told = [one for call in history.calls for one in call.told()]
        self._paths = {key: call.path for call in history.calls for key in call.names()}
        self._connection = connection

    async def commands_are_one_each(self, principal: str) -> None:
        """Each key has one command, accepted or not as was told; no other key has any."""
        rows = await self._connection.fetch(
            "select key, accepted from kernel.command where principal = $1", principal
        )
        assert Counter((row["key"], row["accepted"]) for row in rows) == Counter(
            (key, status < 300) for key, status, _ in self._told
        )

    async def purchases_are_one_each(self) -> None:
        """Each acknowledged purchase is there with its orders, its one payment, and no other."""
        made = list(self._made("/purchases", "/bulk"))
        assert await self._ids("orders.purchase") == Counter(parse("pur", m["id"]) for m in made)
        orders = [parse("ord", order["id"]) for m in made for order in m["orders"]]
        assert await self._ids("orders.orders") == Counter(orders)
        rows = await self._connection.fetch("select id, amount, state from payments.payment")
        paid = {row["id"]: (row["amount"], _STATUS[row["state"]]) for row in rows}
        assert paid == {
            parse("pay", m["payment"]["id"]): (m["total"], _final(m["payment"]["status"]))
            for m in made
        }

    async def parcels_are_one_each(self) -> None:
        """Each acknowledged shipment is a parcel, each scan an event of it, and no other."""
        parcels = Counter(parse("par", made["id"]) for made in self._made("/shipment"))
        assert await self._ids("shipping.parcel") == parcels
        paths = [self._paths[key] for key, status, _ in self._told if status == 201]
        scanned = Counter(parse("par", p.split("/")[-2]) for p in paths if p.endswith("/events"))
        rows = await self._connection.fetch(
            "select parcel from shipping.event where kind <> 'handed_over'"
        )
        assert Counter(row["parcel"] for row in rows) == scanned

    async def money_moved_as_told(self) -> None:
        """Refunds per order, payouts and settled orders are those that were acknowledged."""
        refunded: Counter[int] = Counter()
        settled: set[int] = set()
        for key, status, body in self._told:
            path = self._paths[key]
            if status == 201 and path.endswith("/refunds"):
                refunded[parse("ord", path.split("/")[-2])] += body["amount"]
            if status == 201 and path.endswith("/confirmation"):
                settled.add(parse("ord", path.split("/")[-2]))
        rows = await self._connection.fetch("select id, refunded, state from orders.orders")
        assert {row["id"]: row["refunded"] for row in rows if row["refunded"]} == refunded
        assert {row["id"] for row in rows if row["state"] == "settled"} == settled
        rows = await self._connection.fetch("select id, amount from payments.payout")
        assert {row["id"]: row["amount"] for row in rows} == {
            parse("out", made["id"]): made["amount"] for made in self._made("/payouts")
        }

    def _made(self, *ends: str) -> Iterator[Any]:
        return (
            body
            for key, status, body in self._told
            if status == 201 and self._paths[key].endswith(ends)
        )

    async def _ids(self, table: str) -> Counter[int]:
        rows = await self._connection.fetch(f"select id from {table}")
        return Counter(row["id"] for row in rows)


_STATUS = {
    "captured": "captured", "refunded": "captured", "failed": "declined", "voided": "declined",
}  # fmt: skip


def _final(status: str) -> str:
    return "captured" if status == "pending" else status


async def quiet(connection: Any) -> None:
    """Return once the provider has answered for every payment, refund and payout."""
    async with asyncio.timeout(QUIET):
        while await connection.fetchval(_OPEN):  # noqa: ASYNC110 - only the tables know
            await asyncio.sleep(0.1)


async def our_facts(connection: Any) -> Facts:
    """What our tables say that the provider did."""
    for row in await connection.fetch(_RETURNED):
        assert row["returned"] == row["sent"], show("pay", row["id"])
    return {
        show(row["prefix"], row["id"]): (row["kind"], row["amount"], row["currency"])
        for row in await connection.fetch(_FACTS)
    }


def their_facts(path: Path) -> Facts:
    """What the provider's own ledger says that it did. The provider must have ended."""
    book = Book(path, lambda: datetime.now(UTC))
    facts: Facts = {}
    after = 0
    while page := book.page(after, 1000):
        after = page[-1][0]
        facts |= {fact.key: (str(fact.kind), fact.amount, fact.currency) for _, fact in page}
    book.close()
    return facts


async def broken_rules(database_url: str) -> list[str]:
    """Invariants that do not hold, with examples."""
    database = await kernel.connect(database_url)
    try:
        findings = await check(database)
    finally:
        await database.close()
    return [f"{f.domain}.{f.name}: {f.examples}" for f in findings if not f.clean]


async def connect(database_url: str) -> Any:
    """A connection to look with."""
    return await asyncpg.connect(database_url)
