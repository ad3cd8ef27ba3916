"""Paying with store credit, gift cards and money together, and where it all goes back to."""

from datetime import timedelta
from typing import Any

import pytest

from fondaco import kernel, orders, payments
from fondaco.kernel import Gatherer
from fondaco.orders import Bought, Charged, Checkout, Refund, Tender
from fondaco.payments import Purse
from fondaco.payments.codes import hash_code
from fondaco.payments.providers.sandbox import LocalSandbox
from tests.world import World


class Counter:
    """A checkout with store credit and a sandbox, and what becomes of refunds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sandbox = LocalSandbox(now=world.clock)
        self.providers: dict[str, Any] = {
            **payments.store_credit(world.database),
            "sandbox": self.sandbox,
        }
        self.checkout = Checkout(Gatherer(world.database), self.providers)

    async def credit(self, amount: int) -> str:
        """Give the customer store credit; the wallet's token."""
        wish = payments.GrantCredit(person=self.world.customer, currency="EUR", amount=amount)
        await self.world.do(payments.grant_credit, wish)
        return payments.token_of(Purse.WALLET, self.world.customer)

    async def card(self, amount: int) -> tuple[int, str]:
        """Issue a gift card; its id and token."""
        wish = payments.IssueGiftCard(
            hash=hash_code(self.world.name), hint="ABCD", currency="EUR", amount=amount
        )
        id_ = (await self.world.do(payments.issue_gift_card, wish)).id
        return id_, payments.token_of(Purse.GIFT_CARD, id_)

    async def buy(self, offer: int, *tenders: Tender, key: str = "buy") -> Bought:
        wish = self.world.basket(offer, tenders=tenders)
        bought = await self.checkout.buy(wish, "test", f"{self.world.name} {key}")
        assert isinstance(bought, Bought)
        return bought

    async def settle_refunds(self, bought: Bought) -> None:
        """Let every refund of a purchase reach where it goes."""
        for _ in range(3):
            rows = await self.world.refunds(bought.placed)
            ids = [row["id"] for row in rows if row["state"] == "requested"]
            await payments.send_refunds(self.world.database, self.providers, ids)


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


async def wallet(world: World) -> int:
    return await world.balance("wallet", world.customer)


async def test_three_tenders_pay_one_purchase(world: World, counter: Counter) -> None:
    """60.50 of which a card has 20.00 and the wallet 10.00: 30.50 is charged."""
    card, code = await counter.card(20_00)
    tenders = (
        Tender("wallet", await counter.credit(15_00), 10_00),
        Tender("gift_card", code, 20_00),
        Tender("sandbox", "tok_ok"),
    )
    seller = await world.seller()
    bought = await counter.buy(await world.offer(seller, 60_50), *tenders)
    assert [one.status for one in bought.charges] == ["waiting", "waiting", "captured"]
    assert [one.amount for one in bought.charges] == [10_00, 20_00, 30_50]
    [order] = bought.placed.orders
    assert await world.balance("escrow", order.id) == 60_50
    assert (await wallet(world), await world.balance("gift_card", card)) == (5_00, 0)
    await world.deliver(order.id)
    await world.confirm(order.id)
    assert await world.balance("payable", seller) == 54_45


async def test_each_tender_gets_its_own_back(world: World, counter: Counter) -> None:
    card, code = await counter.card(20_00)
    tenders = (Tender("gift_card", code, 20_00), Tender("sandbox", "tok_ok"))
    bought = await counter.buy(await world.offer(await world.seller(), 50_00), *tenders)
    await world.do(orders.refund, Refund(order=bought.placed.orders[0].id))
    await counter.settle_refunds(bought)
    assert await world.balance("gift_card", card) == 20_00
    taken = await world.balance("psp_receivable", *bought.placed.payments)
    assert taken + await world.balance("psp_fee", *bought.placed.payments) == 0


async def test_credit_alone_may_pay(world: World, counter: Counter) -> None:
    token = await counter.credit(50_00)
    offer = await world.offer(await world.seller(), 50_00)
    bought = await counter.buy(offer, Tender("wallet", token))
    assert [one.status for one in bought.charges] == [Charged.CAPTURED]
    assert await world.state(bought.placed.orders[0].id) == ["paid"]


async def test_too_little_credit_is_declined_and_nothing_is_charged(
    world: World, counter: Counter
) -> None:
    token = await counter.credit(5_00)
    tenders = (Tender("wallet", token, 10_00), Tender("sandbox", "tok_ok"))
    bought = await counter.buy(await world.offer(await world.seller(), 50_00), *tenders)
    [charge] = bought.charges
    assert (charge.status, charge.reason) == ("declined", "There is 5.00 EUR in the wallet.")
    assert counter.sandbox.totals() == []


async def test_a_declined_card_leaves_the_credit_waiting_until_the_time_is_up(
    world: World, counter: Counter
) -> None:
    token = await counter.credit(10_00)
    tenders = (Tender("wallet", token, 10_00), Tender("sandbox", "tok_declined"))
    bought = await counter.buy(await world.offer(await world.seller(), 50_00), *tenders)
    assert [one.status for one in bought.charges] == ["waiting", "declined"]
    assert await wallet(world) == 0
    world.clock.advance(minutes=31)
    await world.sweep()
    await counter.settle_refunds(bought)
    assert await wallet(world) == 10_00


async def test_another_attempt_pays_what_is_missing(world: World, counter: Counter) -> None:
    token = await counter.credit(10_00)
    tenders = (Tender("wallet", token, 10_00), Tender("sandbox", "tok_declined"))
    bought = await counter.buy(await world.offer(await world.seller(), 50_00), *tenders)
    again = orders.Attempt(
        purchase=bought.placed.purchase, provider="sandbox", token="tok_ok", buyer=world.customer
    )
    charging = await counter.checkout.pay(again, "test", f"{world.name} again")
    assert not isinstance(charging, kernel.Refused)
    assert (charging.status, charging.amount) == (Charged.CAPTURED, 40_00)


async def test_a_refund_may_become_store_credit(world: World, counter: Counter) -> None:
    offer = await world.offer(await world.seller(), 50_00)
    bought = await counter.buy(offer, Tender("sandbox", "tok_ok"))
    await world.do(
        orders.refund, Refund(order=bought.placed.orders[0].id, amount=20_00, as_credit=True)
    )
    await counter.settle_refunds(bought)
    assert await wallet(world) == 20_00
    token = payments.token_of(Purse.WALLET, world.customer)
    next_ = await counter.buy(
        await world.offer(await world.seller(), 20_00), Tender("wallet", token), key="next"
    )
    assert next_.charges[-1].status == Charged.CAPTURED


async def test_a_crash_between_drawing_and_recording_loses_nothing(
    world: World, counter: Counter
) -> None:
    """Drawn, and the news lost: the sweep finds it and the purchase is paid."""
    token = await counter.credit(50_00)
    placed = await world.place(
        await world.offer(await world.seller(), 50_00), tenders=(Tender("wallet", token),)
    )
    wish = payments.Draw(
        purse=Purse.WALLET, subject=world.customer, payment=placed.payments[0], currency="EUR",
        amount=50_00,
    )  # fmt: skip
    await world.do(payments.draw, wish)
    assert await world.broken() == [], "also in between"
    world.clock.advance(minutes=2)
    rows = await payments.payments(world.database, placed.payments)
    await orders.collect(world.database, counter.providers, rows)
    assert await world.state(placed.orders[0].id) == ["paid"]
    assert await wallet(world) == 0


async def test_what_was_never_drawn_is_void(world: World, counter: Counter) -> None:
    token = await counter.credit(50_00)
    placed = await world.place(
        await world.offer(await world.seller(), 50_00), tenders=(Tender("wallet", token),)
    )
    rows = await payments.payments(world.database, placed.payments)
    await orders.collect(world.database, counter.providers, rows)
    rows = await payments.payments(world.database, placed.payments)
    assert [row["state"] for row in rows] == ["voided"]
    world.clock.advance(seconds=timedelta(hours=1).total_seconds())
    await world.sweep()
    assert await wallet(world) == 50_00
