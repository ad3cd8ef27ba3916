"""A small world to trade in: one market with its clock, and verbs that read as the rules do.

Every world has a market, sellers and buyers of its own, so tests sharing a database do not
disturb each other. A verb that should succeed fails the test when it is refused; `refused` and
`unchanged` are for those that should not.
"""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from fondaco import (
    campaigns,
    catalog,
    kernel,
    markets,
    orders,
    parties,
    stock,
)
from fondaco.kernel import Command, Database, Handler, Refused, Sent, SetClock
from fondaco.orders import Placed
from fondaco.shipping import Scan
from tests.reading import Reading

C = TypeVar("C", bound=Command)
Outcome = TypeVar("Outcome")
Lines = int | tuple[int, int]
"""An offer, or an offer and how many units of it."""

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
TEN_PERCENT = markets.Fee(numerator=10)


class World(Reading):
    """A database with a clock that stands still, and one market unless told of another."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        super().__init__(database)
        self.clock = clock
        self.name = uuid4().hex[:12]
        self._numbers = itertools.count(1)
        self.market = self.category = self.customer = 0
        self.location: dict[int, int] = {}
        self.seller_of: dict[int, int] = {}

    # Commands, one or many

    def sent(self, wish: C, key: str | None = None, at: datetime | None = None) -> Sent[C]:
        """A command under a key of its own, or the one given."""
        return Sent(wish, "test", key or f"{self.name}-{next(self._numbers)}", at)

    async def batch(self, handler: Handler[C, Outcome], wishes: Sequence[C]) -> list[Any]:
        """Run commands as one batch; their outcomes, refusals and errors among them."""
        return await self.run(handler, [self.sent(wish) for wish in wishes])

    async def run(self, handler: Handler[C, Outcome], sent: Sequence[Sent[C]]) -> list[Any]:
        """Run commands as one batch, which must not have been taken apart to save it."""
        answers = await kernel.run(self.database, handler, sent)
        if not any(isinstance(answer, Exception) for answer in answers):
            assert await self.transactions(sent) <= self.database.buckets
        return answers

    async def do(
        self, handler: Handler[C, Outcome], wish: C, *,
        key: str | None = None, at: datetime | None = None,
    ) -> Outcome:  # fmt: skip
        """Run one command that must succeed."""
        [answer] = await kernel.run(self.database, handler, [self.sent(wish, key, at)])
        if isinstance(answer, Exception):
            raise answer
        assert not isinstance(answer, Refused), answer
        return answer

    async def refused(self, handler: Handler[C, Outcome], wish: C) -> str:
        """Run one command that must be refused and change nothing; why it was."""
        before = await self.fingerprint()
        [answer] = await kernel.run(self.database, handler, [self.sent(wish)])
        assert isinstance(answer, Refused), answer
        assert answer.detail, "a refusal says why"
        assert await self.fingerprint() == before, "a refused command changed something"
        return answer.code

    # Building

    async def open_market(
        self, currency: str = "EUR", fee: markets.Fee = TEN_PERCENT,
        tax: markets.TaxPolicy | None = None, policy: markets.FeePolicy | None = None,
        time_zone: str = "UTC", **timers: timedelta,
    ) -> int:  # fmt: skip
        """Open a market; offers are made and purchases placed in the one opened last.

        With a tax policy the rates that ship with Fondaco are loaded.
        """
        wish = markets.OpenMarket(
            slug=f"m-{self.name}-{next(self._numbers)}", name="Market", currency=currency,
            fee=fee, timers=markets.Timers(**timers), tax=tax, seed_tax=tax is not None,
            policy=policy or markets.FeePolicy(), time_zone=time_zone,
        )  # fmt: skip
        self.market = (await self.do(markets.open_market, wish)).id
        return self.market

    async def seller(self, fee: markets.Fee | None = None, account: str = "iban") -> int:
        """A seller with one location, and their own commission if given."""
        wish = parties.Organise(kind=parties.Kind.SELLER, name="Seller", payout_account=account)
        seller = (await self.do(parties.organise, wish)).id
        place = stock.AddLocation(seller=seller, name="Shelf")
        self.location[seller] = (await self.do(stock.add_location, place)).id
        if fee is not None:
            own = markets.SetFee(market=self.market, seller=seller, fee=fee)
            await self.do(markets.set_fee, own)
        return seller

    async def paid_in(self, seller: int, currency: str) -> None:
        """What a seller sells from now on is paid to it in this currency."""
        wish = parties.SettleIn(seller=seller, currency=currency)
        await self.do(parties.settle_in, wish)

    async def rate(self, base: str, currency: str, numerator: int, denominator: int) -> None:
        """From today one unit of the base is worth so much of the currency."""
        worth = markets.CurrencyRate(currency, numerator, denominator)
        wish = markets.SetFxRates(base=base, on=self.clock().date(), rates=(worth,))
        await self.do(markets.set_fx_rates, wish)

    async def buyer(self) -> int:
        """Somebody who buys."""
        return (await self.do(parties.register, parties.Register(name="Buyer"))).id

    async def offer(self, seller: int, price: int, shipping: int = 0, units: int = 10) -> int:
        """An offer of a new product, with units on the seller's shelf."""
        sku = f"{self.name}-{next(self._numbers)}"
        if not self.category:
            category = catalog.AddCategory(slug=f"c-{self.name}", name="Things")
            self.category = (await self.do(catalog.add_category, category)).id
        product = catalog.AddProduct(
            slug=sku, name="Thing", category=self.category,
            variants=(catalog.NewVariant(sku=sku),),
        )  # fmt: skip
        [variant] = (await self.do(catalog.add_product, product)).variants
        [market] = (await markets.markets(self.database, [self.market])).values()
        wish = catalog.MakeOffer(
            market=self.market, seller=seller, variant=variant, price=price, shipping=shipping,
            currency=market.currency,
        )  # fmt: skip
        offer = (await self.do(catalog.make_offer, wish)).id
        self.seller_of[offer] = seller
        if units:
            await self.stock(offer, units)
        return offer

    async def stock(self, offer: int, units: int) -> None:
        """Put units of an offer on its seller's shelf."""
        await self._receive(offer, self.location[self.seller_of[offer]], units)

    async def shelve(self, offer: int, units: int, priority: int) -> int:
        """Put units of an offer on another shelf of its seller's; the location."""
        wish = stock.AddLocation(
            seller=self.seller_of[offer], name=f"Shelf {priority}", priority=priority
        )
        location = (await self.do(stock.add_location, wish)).id
        await self._receive(offer, location, units)
        return location

    async def _receive(self, offer: int, location: int, units: int) -> None:
        wish = stock.Move(
            seller=self.seller_of[offer], offer=offer, location=location, quantity=units
        )
        await self.do(stock.move, wish)

    async def suspend(self, seller: int) -> None:
        """The operator bars a seller from selling."""
        wish = parties.Suspend(seller=seller, reason="Sells what it has not", by="operator")
        await self.do(parties.suspend, wish)

    async def campaign(self, funding: tuple[int, int] = (0, 1), **wish: Any) -> int:
        """A campaign from now on for a month, off whole orders unless told otherwise.

        What belongs to its discount, scope or limits is named as it is there.
        """
        parts: dict[str, Any] = {
            name: kind(**{k: wish.pop(k) for k in kind.__struct_fields__ if k in wish})
            for name, kind in (
                ("discount", campaigns.Discount), ("scope", campaigns.Scope),
                ("limits", campaigns.Limits),
            )
        }  # fmt: skip
        usual: dict[str, Any] = {
            "market": self.market, "name": "Sale", "kind": campaigns.Kind.ORDER,
            "starts_at": self.clock(), "ends_at": self.clock() + timedelta(days=30),
        }  # fmt: skip
        opened = campaigns.OpenCampaign(
            funding=campaigns.Funding(*funding), **(usual | parts | wish)
        )
        return (await self.do(campaigns.open_campaign, opened)).id

    # The life of a purchase

    def basket(self, *lines: Lines, **wish: Any) -> orders.Place:
        """A wish to buy, paid by one tender unless told otherwise."""
        wanted = [(one, 1) if isinstance(one, int) else one for one in lines]
        usual: dict[str, Any] = {
            "market": self.market,
            "buyer": self.customer,
            "tenders": (orders.Tender("sandbox", "tok_ok"),),
        }
        return orders.Place(lines=tuple(orders.PlaceLine(*one) for one in wanted), **(usual | wish))

    async def place(self, *lines: Lines, **wish: Any) -> Placed:
        """Place a purchase of these lines."""
        return await self.do(orders.place, self.basket(*lines, **wish))

    async def capture(
        self, placed: Placed, amount: int | None = None, fee: int = 0, tender: int = 0
    ) -> bool:
        """The provider took the money; whether it paid for the purchase."""
        fact = orders.RecordPayment(
            payment=placed.payments[tender], result=orders.Paid.CAPTURED,
            amount=placed.total if amount is None else amount, currency=placed.currency, fee=fee,
        )  # fmt: skip
        return (await self.do(orders.record_payment, fact)).applied

    async def buy(self, *lines: Lines, **wish: Any) -> Placed:
        """Place a purchase and pay for it."""
        placed = await self.place(*lines, **wish)
        assert await self.capture(placed)
        return placed

    async def ship(self, order: int) -> int:
        """Hand an order over; its parcel."""
        return (await self.do(orders.ship, orders.Ship(order=order, carrier="Post"))).parcel

    async def scan(self, parcel: int, kind: Scan) -> str:
        """The carrier says something of a parcel; where its order stands then."""
        wish = orders.RecordScan(parcel=parcel, kind=kind)
        return (await self.do(orders.record_scan, wish)).order_state

    async def deliver(self, order: int) -> int:
        """Ship an order and let it arrive; its parcel."""
        parcel = await self.ship(order)
        assert await self.scan(parcel, Scan.DELIVERED) == "delivered"
        return parcel

    async def confirm(self, order: int, buyer: int | None = None) -> str:
        """The buyer (or operator) says that the goods are right; the order's state."""
        return (await self.do(orders.confirm, orders.Confirm(order=order, buyer=buyer))).state

    async def sell(self, *lines: Lines, **wish: Any) -> Placed:
        """A purchase from placing to settlement."""
        placed = await self.buy(*lines, **wish)
        for order in placed.orders:
            await self.deliver(order.id)
            await self.confirm(order.id)
        return placed

    async def sweep(self) -> None:
        """Do all that is due by the clock."""
        for _ in range(20):
            if not await orders.sweep_due(self.database):
                return
        raise AssertionError("what was due stays due")


@asynccontextmanager
async def open_world(url: str, *, buckets: int = 1, pool_size: int = 4) -> AsyncIterator[World]:
    """A world with a market of 10 % commission and a buyer, on a migrated database."""
    clock = SetClock(NOON)
    database = await kernel.connect(url, buckets=buckets, pool_size=pool_size, clock=clock)
    world = World(database, clock)
    await world.open_market()
    world.customer = await world.buyer()
    try:
        yield world
    finally:
        await database.close()


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A world of the test's own, in which every invariant holds when the test is done."""
    async with open_world(database_url) as own:
        yield own
        assert await own.broken() == []
