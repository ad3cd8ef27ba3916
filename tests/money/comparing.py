"""Whether the house and the clerk agree: every balance, every state, every shelf."""

from collections import Counter, defaultdict
from dataclasses import astuple
from datetime import datetime
from typing import Any

from fondaco import campaigns, payments
from fondaco.kernel import Row
from tests.clerk.clerk import Clerk
from tests.world import World

GUARDED = {
    "unapplied", "escrow", "payable", "payout_in_flight", "reserve", "dispute_hold", "wallet",
    "gift_card", "bond", "receivable",
}  # fmt: skip


def same(found: dict[Any, Any], kept: dict[Any, Any]) -> None:
    """The house has found what the clerk has kept; else, what each has of what differs."""
    odd = [key for key in {**found, **kept} if found.get(key) != kept.get(key)]
    assert not odd, "\n".join(
        f"{key}: the house has {found.get(key)}, the clerk {kept.get(key)}" for key in odd
    )


class Comparing:
    """What was made in a market, under the clerk's numbers: `ids` by kind, all above `since`."""

    def __init__(self, world: World, clerk: Clerk) -> None:
        self.world = world
        self.clerk = clerk
        self.ids: defaultdict[str, list[int]] = defaultdict(list)
        self.since = 0

    async def name_refunds(self) -> None:
        """No answer names a refund: they come in the order in which they were made."""
        made = self.clerk.refunds[len(self.ids["refund"]) :]
        if not made:
            return
        rows = await self.world.rows(
            """
            select id, payment, amount from payments.refund
            where payment = any(:payments::bigint[]) and not id = any(:known::bigint[])
            order by id
            """,
            payments=self.ids["payment"], known=self.ids["refund"],
        )  # fmt: skip
        assert [(row["payment"], row["amount"]) for row in rows] == [
            (self.ids["payment"][one.payment], one.amount) for one in made
        ]
        self.ids["refund"] += [row["id"] for row in rows]

    async def name_payouts(self) -> None:
        """Payouts made at sellers' turns, which no answer names; one of a seller's at most."""
        made = self.clerk.payouts[len(self.ids["payout"]) :]
        if not made:
            return
        rows = await self.world.rows(
            "select id, seller from payments.payout where seller > :since order by id",
            since=self.since,
        )
        new = {row["seller"]: row["id"] for row in rows if row["id"] not in self.ids["payout"]}
        self.ids["payout"] += [new[self.ids["seller"][one.seller]] for one in made]

    async def compare(self) -> None:
        """Every balance, shelf and state is what the clerk has in the books."""
        await self.compare_balances()
        await self._compare_orders()
        await self._compare_money()
        await self._compare_lines()
        await self._compare_claims()
        await self._compare_returns()
        used = await campaigns.usage(self.world.database, self.ids["campaign"])
        assert [used[id_][:2] for id_ in self.ids["campaign"]] == [
            (one.uses, one.spent) for one in self.clerk.campaigns.every
        ]
        for offer, shelf in zip(self.clerk.offers, self.ids["offer"], strict=True):
            assert await self.world.shelf(shelf) == (offer.on_hand, offer.reserved)

    async def compare_balances(self) -> None:
        """What the journal sums to on every account, and every guarded balance."""
        written = {
            (account, self.ids[kind][n], currency): amount
            for (account, kind, n, currency), amount in self.clerk.balance.items()
            if amount
        }
        rows = await self.world.rows(
            """
            select account, subject, currency, -sum(amount)::bigint as amount from ledger.entry
            where journal > :since group by account, subject, currency having sum(amount) <> 0
            """,
            since=self.since,
        )
        same(self._told(rows), self._named(written))
        rows = await self.world.rows(
            "select account, subject, currency, amount from ledger.balance"
            " where subject > :since and amount <> 0",
            since=self.since,
        )
        kept = {key: abs(amount) for key, amount in written.items() if key[0] in GUARDED}
        same(self._told(rows), self._named(kept))

    def _told(self, rows: list[Row]) -> dict[tuple[str, str, str], int]:
        return self._named({(r["account"], r["subject"], r["currency"]): r["amount"] for r in rows})

    def _named(self, amounts: dict[tuple[str, int, str], int]) -> dict[tuple[str, str, str], int]:
        """By names that say which one it is to somebody who looks for a difference."""
        names = {id_: f"{kind} {n}" for kind, ids in self.ids.items() for n, id_ in enumerate(ids)}
        return {
            (account, names.get(id_, str(id_)), currency): amount
            for (account, id_, currency), amount in amounts.items()
        }

    async def compare_accounts(self) -> None:
        """How old sellers' debts are, and until when what is kept back of theirs."""
        for n, one in enumerate(self.clerk.sellers):
            found = await payments.account_of(self.world.database, self.ids["seller"][n])
            debts: Counter[datetime] = Counter()
            for debt in found.debts:
                debts[debt.since] += debt.amount
            kept: Counter[datetime] = Counter()
            for owed in one.debts:
                kept[owed.since] += owed.left
            same(debts, kept)
            same({tranche.release_on: tranche.amount for tranche in found.reserve}, one.kept)

    async def _compare_orders(self) -> None:
        rows = await self.world.rows(
            """
            select o.id, o.state, o.disputed, o.charged_back, o.open_cases, o.extended, o.due_at,
                o.refunded,
                o.commission - o.refunded_commission as commission,
                o.commission_vat - o.refunded_commission_vat as vat,
                o.withheld - o.refunded_withheld as withheld, coalesce(p.state, '') as parcel
            from orders.orders o left join shipping.parcel p on p."order" = o.id
            where o.purchase > :since
            """,
            since=self.since,
        )
        self._agree(
            "order", rows,
            [
                (one.state, one.disputed, one.charged_back, one.open, one.extended, one.due,
                 one.gone.hold, one.commission, one.vat, one.withheld, one.parcel)
                for one in self.clerk.orders
            ],
        )  # fmt: skip

    async def _compare_money(self) -> None:
        for table, above, columns, books in (
            ("payment", "purchase", "amount captured refunded returned charged_back currency state",
             self.clerk.payments),
            ("refund", "payment", "amount attempt state", self.clerk.refunds),
            ("payout", "seller", "amount state", self.clerk.payouts),
        ):  # fmt: skip
            names = columns.split()
            query = f"select id, {', '.join(names)} from payments.{table} where {above} > :since"
            rows = await self.world.rows(query, since=self.since)
            kept = [tuple(getattr(one, name) for name in names) for one in books]
            self._agree(table, rows, kept)

    async def _compare_claims(self) -> None:
        if not self.clerk.claims:
            return
        rows = await self.world.rows(
            """
            select d.id, d.state, d.amount, d.held, d.refunded, d.due_at,
                (select count(*) from aftercare.evidence e
                 where e.bucket = d.bucket and e.purchase = d.purchase and e.dispute = d.id) as said
            from aftercare.dispute d where d.purchase > :since
            """,
            since=self.since,
        )
        kept = [
            (one.state, one.amount, one.held, one.refunded, one.due, one.said.total())
            for one in self.clerk.claims
        ]
        self._agree("claim", rows, kept)

    async def _compare_returns(self) -> None:
        if not self.clerk.returns:
            return
        rows = await self.world.rows(
            "select id, state, refunded, due_at from aftercare.return where purchase > :since",
            since=self.since,
        )
        kept = [(one.state, one.refunded, one.due) for one in self.clerk.returns]
        self._agree("return", rows, kept)

    def _agree(self, kind: str, rows: list[Row], books: list[tuple[Any, ...]]) -> None:
        numbers = {id_: f"{kind} {n}" for n, id_ in enumerate(self.ids[kind])}
        found = {numbers.get(row[0], row[0]): tuple(row)[1:] for row in rows}
        same(found, {f"{kind} {n}": one for n, one in enumerate(books)})

    async def _compare_lines(self) -> None:
        parts = ", ".join(
            f"refunded_{name}{what}"
            for name in ("goods", "shipping")
            for what in ("", "_seller_off", "_platform_off", "_tax")
        )
        rows = await self.world.rows(
            f'select "order", no, refunded_units, {parts}, refunded_commission,'
            ' refunded_commission_vat, kept from orders.line where "order" > :since',
            since=self.since,
        )
        assert {tuple(row) for row in rows} == {
            (
                self.ids["order"][n],
                no,
                line.units_back,
                *astuple(line.goods_back),
                *astuple(line.shipping_back),
                line.commission_back,
                line.vat_back,
                line.kept,
            )
            for n, order in enumerate(self.clerk.orders)
            for no, line in enumerate(order.lines, 1)
        }
