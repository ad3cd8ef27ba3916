"""A market known to the house by ids and to the clerk by numbers, and whether both agree on it."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from typing import Any

from fondaco import campaigns, kernel, markets, orders, payments
from fondaco.kernel import Handler, Refused, Sent
from fondaco.kernel.commands import home
from tests.clerk import SETTLE_AFTER, Offer, Said
from tests.clerk_campaigns import CAMPAIGNS, Campaign
from tests.clerk_desk import Clerk
from tests.world import World

FEES = ((125, 1000, 10**9), (1, 10, 1_50))
OFFERS = (  # seller, price, shipping, units on the shelf
    (0, 33_33, 2_51, 6),
    (0, 1, 0, 9),
    (1, 9_99, 1_01, 4),
    (1, 0, 7, 5),
)
TOLD = ("amount", "state", "applied", "parcel_state", "order_state", "due_at")


@dataclass
class Turn:
    """One command: what to send, and what the clerk is asked to do."""

    wish: Any
    ask: Callable[[], Said]


class Stage:
    """Two sellers and four offers; whatever is made in them is the n-th of its kind."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clerk = Clerk([])
        self.sellers: list[int] = []
        self.offers: list[int] = []
        self.purchases: list[int] = []
        self.orders: list[int] = []
        self.payments: list[int] = []
        self.refunds: list[int] = []
        self.payouts: list[int] = []
        self.campaigns: list[int] = []
        self.parcels: dict[int, int] = {}
        self.aimed: set[int] = set()

    async def furnish(self) -> None:
        """A new market with everything in it."""
        await self.world.open_market(settle_after=SETTLE_AFTER)
        for numerator, denominator, cap in FEES:
            fee = markets.Fee(numerator=numerator, denominator=denominator, cap=cap)
            self.sellers.append(await self.world.seller(fee=fee))
        for seller, price, shipping, units in OFFERS:
            offer = await self.world.offer(self.sellers[seller], price, shipping, units)
            self.offers.append(offer)
            self.clerk.offers.append(Offer(seller, price, shipping, FEES[seller], units))
        for one in CAMPAIGNS:
            await self._open(one)
            self.clerk.campaigns.every.append(replace(one))

    async def _open(self, one: Campaign) -> None:
        own = None if one.seller is None else self.sellers[one.seller]
        opened = await self.world.campaign(
            one.funding, kind=one.kind, code=one.code, stage=len(self.campaigns), owner=own,
            amount=one.amount, numerator=one.percent, minimum=one.minimum,
            repeating=one.repeating, uses=one.most, uses_per_buyer=one.most, budget=one.budget,
            ends_at=self.world.clock() + timedelta(days=3650),
        )  # fmt: skip
        self.campaigns.append(opened)

    def pick(self, n: int, odd: int, likely: Sequence[int], ids: Sequence[int]) -> int | None:
        """A target for a command: one likely and not aimed at in this batch, or any if odd."""
        left = range(len(ids)) if odd == 7 else [k for k in likely if k not in self.aimed]
        if not left:
            return None
        self.aimed.add(left[n % len(left)])
        return left[n % len(left)]

    async def play(self, handler: Handler[Any, Any], turns: Sequence[Turn], again: bool) -> None:
        """One batch to both; every answer must be the same, also when asked again."""
        sent = [self.world.sent(turn.wish) for turn in turns]
        answers = await self.world.run(handler, sent)
        if again:
            assert await kernel.run(self.world.database, handler, sent) == answers
        for n in self._as_decided(sent):
            assert self._heard(answers[n]) == turns[n].ask(), (turns[n].wish, answers[n])
            self._name(turns[n].wish, answers[n])
        await self._name_refunds()

    def _heard(self, answer: Any) -> Said:
        """An answer in the clerk's words: the code of a refusal, or what it tells but for ids."""
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Refused):
            return answer.code
        if isinstance(answer, orders.Placed):
            values = [(self.sellers.index(one.seller), one.total) for one in answer.orders]
            return (answer.total, values)
        return tuple(getattr(answer, name) for name in answer.__struct_fields__ if name in TOLD)

    def _as_decided(self, sent: Sequence[Sent[Any]]) -> list[int]:
        """The house decides bucket by bucket, and within each in order of arrival."""
        return sorted(range(len(sent)), key=lambda n: home(self.world.database, sent[n]))

    def _name(self, wish: Any, answer: Any) -> None:
        """Learn the ids of what was made."""
        if isinstance(answer, orders.Placed):
            self.purchases.append(answer.purchase)
            self.orders += [order.id for order in answer.orders]
            self.payments += answer.payments
        elif isinstance(answer, payments.PayoutCreated):
            self.payouts.append(answer.id)
        elif isinstance(wish, orders.Attempt) and not isinstance(answer, Refused):
            self.payments.append(answer.payment)
        elif isinstance(wish, orders.Ship) and not isinstance(answer, Refused):
            self.parcels[self.orders.index(wish.order)] = answer.parcel

    async def _name_refunds(self) -> None:
        """No answer names a refund: they come in the order in which they were made."""
        rows = await self.world.rows(
            """
            select id, payment, amount from payments.refund
            where payment = any(:payments::bigint[]) and not id = any(:known::bigint[])
            order by id
            """,
            payments=self.payments, known=self.refunds,
        )  # fmt: skip
        made = self.clerk.refunds[len(self.refunds) :]
        assert [(row["payment"], row["amount"]) for row in rows] == [
            (self.payments[one.payment], one.amount) for one in made
        ]
        self.refunds += [row["id"] for row in rows]

    async def compare(self) -> None:
        """Every balance, shelf and state is what the clerk has in the books."""
        await self._compare_balances()
        await self._compare_orders()
        await self._compare_lines()
        await self._compare_money()
        used = await campaigns.usage(self.world.database, self.campaigns)
        assert [used[id_][:2] for id_ in self.campaigns] == [
            (one.uses, one.spent) for one in self.clerk.campaigns.every
        ]
        for offer, shelf in zip(self.clerk.offers, self.offers, strict=True):
            assert await self.world.shelf(shelf) == (offer.on_hand, offer.reserved)

    async def _compare_balances(self) -> None:
        of = {
            "escrow": self.orders, "commission": self.orders, "promo": self.orders,
            "unapplied": self.purchases,
            "payable": self.sellers, "receivable": self.sellers,
            "payout_in_flight": self.payouts, "bank": self.payouts,
        }  # fmt: skip
        written = {
            (name, of.get(name, self.payments)[n]): amount
            for (name, n), amount in self.clerk.balance.items()
            if amount
        }
        subjects = [id_ for ids in (*of.values(), self.payments) for id_ in ids]
        rows = await self.world.rows(
            """
            select account, subject, -sum(amount)::bigint as amount from ledger.entry
            where subject = any(:subjects::bigint[])
            group by account, subject having sum(amount) <> 0
            """,
            subjects=subjects,
        )
        assert {(row["account"], row["subject"]): row["amount"] for row in rows} == written
        guarded = await self.world.rows(
            "select account, subject, amount from ledger.balance"
            " where subject = any(:subjects::bigint[]) and amount <> 0",
            subjects=subjects,
        )
        kept = {"escrow", "unapplied", "payable", "payout_in_flight", "receivable"}
        assert {(row["account"], row["subject"]): row["amount"] for row in guarded} == {
            key: abs(amount) for key, amount in written.items() if key[0] in kept
        }

    async def _compare_orders(self) -> None:
        rows = await self.world.rows(
            """
            select o.state, o.disputed, o.extended, o.due_at, o.refunded,
                o.commission - o.refunded_commission as kept,
                coalesce(p.state, '') as parcel
            from orders.orders o left join shipping.parcel p on p."order" = o.id
            where o.id = any(:orders::bigint[]) order by o.id
            """,
            orders=self.orders,
        )
        numbers = sorted(range(len(self.orders)), key=lambda n: self.orders[n])
        assert [tuple(row) for row in rows] == [
            (one.state, one.disputed, one.extended, one.due, one.refunded, one.kept, one.parcel)
            for one in (self.clerk.orders[n] for n in numbers)
        ]

    async def _compare_lines(self) -> None:
        rows = await self.world.rows(
            """
            select "order", no, refunded_units, refunded_goods, refunded_goods_seller_off,
                refunded_goods_platform_off, refunded_shipping, refunded_shipping_seller_off,
                refunded_shipping_platform_off
            from orders.line where "order" = any(:orders::bigint[])
            """,
            orders=self.orders,
        )
        assert {tuple(row) for row in rows} == {
            (
                self.orders[n],
                no,
                line.units_back,
                *astuple(line.goods_back),
                *astuple(line.shipping_back),
            )
            for n, order in enumerate(self.clerk.orders)
            for no, line in enumerate(order.lines, 1)
        }

    async def _compare_money(self) -> None:
        for table, ids, columns, books in (
            ("payment", self.payments, "amount captured refunded returned state",
             self.clerk.payments),
            ("refund", self.refunds, "amount attempt state", self.clerk.refunds),
            ("payout", self.payouts, "amount state", self.clerk.payouts),
        ):  # fmt: skip
            rows = await self.world.rows(
                f"select id, {', '.join(columns.split())} from payments.{table}"
                " where id = any(:ids::bigint[])",
                ids=ids,
            )
            found = {row["id"]: tuple(row)[1:] for row in rows}
            assert [found[id_] for id_ in ids] == [
                tuple(getattr(one, column) for column in columns.split()) for one in books
            ]
