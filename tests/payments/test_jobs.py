"""Background work against a provider: sent once, asked again where the answer is missing."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from fondaco import kernel, orders, payments
from fondaco.kernel.ids import show
from fondaco.payments import Charge
from fondaco.payments.providers.sandbox import LocalSandbox, Mode
from tests.fresh import fresh_database
from tests.world import World, open_world


class House(World):
    """A world with a provider and the work that a server does beside its requests."""

    def __init__(self, database: kernel.Database, clock: kernel.SetClock) -> None:
        super().__init__(database, clock)
        self.sandbox = LocalSandbox(now=clock)

    async def charge(self, placed: orders.Placed) -> None:
        """Ask the provider for the money; nobody records the answer."""
        rows = await payments.payments(self.database, placed.payments)
        await self.sandbox.charge(
            [Charge(show("pay", r["id"]), r["amount"], r["currency"], r["token"]) for r in rows]
        )

    async def deliver_events(self) -> None:
        """Hand subscribers what was published."""
        wanted = payments.subscribers({"sandbox": self.sandbox}, "sandbox")
        await kernel.subscribe(self.database, wanted)
        await kernel.deliver_all(self.database, wanted)

    async def ask_again(self) -> None:
        """One round of every sweep."""
        providers = {"sandbox": self.sandbox}
        for sweep in orders.sweeps(providers) + payments.sweeps(providers, "sandbox"):
            await sweep.run(self.database)

    async def payment(self, placed: orders.Placed) -> str:
        [row] = await payments.payments_of(self.database, [placed.purchase])
        return str(row["state"])


@pytest.fixture
async def house(server_url: str) -> AsyncIterator[House]:
    """A house with a database of its own: its jobs take whatever is due."""
    async with fresh_database(server_url) as url, open_world(url) as world:
        own = House(world.database, world.clock)
        own.market, own.customer = world.market, world.customer
        yield own
        assert await own.broken() == []
        await own.sandbox.aclose()


async def bought(house: House) -> orders.Placed:
    """A purchase that the provider has charged and that is paid."""
    placed = await house.place(await house.offer(await house.seller(), 100_00))
    await house.charge(placed)
    assert await house.capture(placed)
    return placed


async def test_a_capture_whose_answer_was_lost_is_found_a_minute_later(house: House) -> None:
    placed = await house.place(await house.offer(await house.seller(), 100_00))
    await house.charge(placed)
    house.clock.advance(seconds=59)
    await house.ask_again()
    assert await house.payment(placed) == "created"
    house.clock.advance(seconds=1)
    await house.ask_again()
    assert await house.payment(placed) == "captured"
    assert await house.state(placed.orders[0].id) == ["paid"]


async def test_what_the_provider_never_heard_of_is_void(house: House) -> None:
    placed = await house.place(await house.offer(await house.seller(), 100_00))
    house.clock.advance(minutes=1)
    await house.ask_again()
    assert await house.payment(placed) == "voided"
    assert await house.state(placed.orders[0].id) == ["created"]


async def test_a_decline_is_a_failed_attempt(house: House) -> None:
    tender = orders.Tender("sandbox", "tok_declined")
    lamp = await house.offer(await house.seller(), 100_00)
    placed = await house.place(lamp, tenders=(tender,))
    await house.charge(placed)
    house.clock.advance(minutes=1)
    await house.ask_again()
    assert await house.payment(placed) == "failed"


async def test_silence_of_the_provider_is_not_taken_for_never(house: House) -> None:
    placed = await house.place(await house.offer(await house.seller(), 100_00))
    await house.charge(placed)
    house.clock.advance(minutes=1)
    house.sandbox.mode = Mode(outage=True)
    await house.ask_again()
    assert await house.payment(placed) == "created"
    house.sandbox.mode = Mode()
    house.clock.advance(minutes=1)
    await house.ask_again()
    assert await house.payment(placed) == "captured"


async def test_a_refund_is_sent_as_soon_as_its_event_is_read(house: House) -> None:
    placed = await bought(house)
    await house.do(orders.refund, orders.Refund(order=placed.orders[0].id))
    await house.deliver_events()
    [refund] = await house.refunds(placed)
    assert refund["state"] == "succeeded"
    assert await house.payment(placed) == "refunded"


async def test_a_refund_without_an_answer_is_sent_again_under_its_id(house: House) -> None:
    placed = await bought(house)
    await house.do(orders.refund, orders.Refund(order=placed.orders[0].id))
    house.sandbox.mode = Mode(lose=1.0)
    await house.deliver_events()
    assert [row["state"] for row in await house.refunds(placed)] == ["requested"]
    house.clock.advance(minutes=1)
    await house.ask_again()
    assert [row["state"] for row in await house.refunds(placed)] == ["succeeded"]
    [total] = [t for t in house.sandbox.totals() if t.kind == "refunded"]
    assert (total.count, total.amount) == (1, 100_00)


async def test_a_refund_that_the_provider_refuses_is_retried_until_it_succeeds(
    house: House,
) -> None:
    placed = await bought(house)
    await house.do(orders.refund, orders.Refund(order=placed.orders[0].id))
    house.sandbox.mode = Mode(fail_refund=1.0)
    await house.deliver_events()
    house.sandbox.mode = Mode()
    house.clock.advance(minutes=4)
    await house.ask_again()
    assert [row["state"] for row in await house.refunds(placed)] == ["failed", "succeeded"]


@pytest.mark.parametrize(
    ("account", "state", "owed"), [("iban", "paid", 0), ("acct_closed", "failed", 90_00)]
)
async def test_a_payout_is_sent_and_what_failed_is_owed_again(
    house: House, account: str, state: str, owed: int
) -> None:
    seller = await house.seller(account=account)
    await house.sell(await house.offer(seller, 100_00))
    await house.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    await house.deliver_events()
    [row] = await payments.payouts_of(house.database, seller, 0, 10)
    assert row["state"] == state
    assert await house.balance("payable", seller) == owed


async def test_a_payout_without_an_answer_is_sent_again_under_its_id(house: House) -> None:
    seller = await house.seller()
    await house.sell(await house.offer(seller, 100_00))
    payout = await house.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    house.sandbox.mode = Mode(lose=1.0)
    await house.deliver_events()
    assert await house.balance("payout_in_flight", payout.id) == 90_00
    house.clock.advance(minutes=1)
    await house.ask_again()
    assert await house.balance("bank", payout.id) == 90_00
    [total] = [t for t in house.sandbox.totals() if t.kind == "paid_out"]
    assert total.count == 1


async def test_a_silent_provider_keeps_nobody_from_asking_the_next(house: House) -> None:
    placed = await house.place(await house.offer(await house.seller(), 100_00))
    tender = orders.Tender("away", "tok_ok")
    other = await house.place(await house.offer(await house.seller(), 1_00), tenders=(tender,))
    await house.charge(placed)
    house.clock.advance(minutes=1)
    async with aclosing(LocalSandbox(now=house.clock)) as away:
        away.mode = Mode(outage=True)
        for sweep in orders.sweeps({"away": away, "sandbox": house.sandbox}):
            await sweep.run(house.database)
    assert await house.payment(placed) == "captured"
    assert await house.payment(other) == "created"
