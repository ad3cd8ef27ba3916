"""Random lives of a seller's account come to what a clerk makes of them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from fondaco import orders, payments
from fondaco.kernel import Refused
from tests.orders.test_clerk import theatre
from tests.payments.account_clerk import COMMISSION, Clerk
from tests.payments.owing import account, charge, refunded, reserve
from tests.world import World

AMOUNTS = (1, 333, 10_00, 55_55, 200_00)
PERCENTS = (0, 10, 33, 100)
DRAWS = ((), ("penalty",), ("refund", "one_off"))
DAYS = (None, 0, 3)

STEPS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 3)), min_size=8, max_size=40
)
"""What happens, and two numbers that it is about."""


class Life:
    """One seller, known to the house by its id and to the clerk as the only one."""

    def __init__(self, world: World, seller: int, offers: list[int]) -> None:
        self.world, self.seller, self.offers = world, seller, offers
        self.clerk = Clerk()
        self.sold: list[orders.Placed] = []
        self.out: list[payments.PayoutCreated] = []
        self.mine: dict[str, Any] = {"seller": seller, "currency": "EUR"}

    async def same(self, handler: Any, wish: Any, said: int | str) -> None:
        """The house answers as the clerk does."""
        [answer] = await self.world.batch(handler, [wish])
        told = answer.code if isinstance(answer, Refused) else answer.amount
        assert told == said, wish

    async def sell(self, n: int, _: int) -> None:
        self.clerk.sell(AMOUNTS[n], self.world.clock())
        self.sold.append(await self.world.sell(self.offers[n]))

    async def refund(self, n: int, _: int) -> None:
        if self.sold:
            sale = n % len(self.sold)
            self.clerk.refund(sale, self.world.clock())
            await refunded(self.world, self.sold.pop(sale))

    async def charge(self, n: int, m: int) -> None:
        kind = "penalty" if m % 2 else "one_off"
        self.clerk.charge(AMOUNTS[n], kind, self.world.clock())
        await charge(self.world, self.seller, AMOUNTS[n], penalty=m % 2 == 1)

    async def set_reserve(self, n: int, m: int) -> None:
        self.clerk.reserve_percent, self.clerk.reserve_days = PERCENTS[m], 1 + n
        await reserve(self.world, PERCENTS[m], 1 + n)

    async def set_bond(self, n: int, m: int) -> None:
        draws, after = DRAWS[m % 3], DAYS[n % 3]
        self.clerk.set_bond(AMOUNTS[n], PERCENTS[m], frozenset(draws), after)
        wish = payments.SetBond(
            **self.mine, target=AMOUNTS[n], numerator=PERCENTS[m],
            draws=tuple(payments.BondRule(one) for one in draws),
            draw_after=None if after is None else timedelta(days=after),
        )  # fmt: skip
        await self.world.do(payments.set_bond, wish)

    async def deposit(self, n: int, _: int) -> None:
        wish = payments.DepositBond(**self.mine, amount=AMOUNTS[n], reference="x")
        await self.same(payments.deposit_bond, wish, self.clerk.deposit(AMOUNTS[n]))

    async def draw(self, n: int, m: int) -> None:
        amount = AMOUNTS[n] if m else None
        wish = payments.DrawBond(**self.mine, amount=amount, reason="x")
        await self.same(payments.draw_bond, wish, self.clerk.draw(amount))

    async def refund_bond(self, *_: int) -> None:
        wish = payments.RefundBond(**self.mine, reason="x")
        await self.same(payments.refund_bond, wish, self.clerk.refund_bond())

    async def recover(self, n: int, _: int) -> None:
        wish = payments.RecordRecovery(**self.mine, amount=AMOUNTS[n], reference="x")
        await self.same(payments.record_recovery, wish, self.clerk.lower(AMOUNTS[n]))

    async def write_off(self, n: int, m: int) -> None:
        amount = AMOUNTS[n] if m else None
        wish = payments.WriteOff(**self.mine, amount=amount, reason="x")
        await self.same(payments.write_off, wish, self.clerk.lower(amount))

    async def pay_out(self, *_: int) -> None:
        said = self.clerk.pay_out()
        [answer] = await self.world.batch(payments.pay_out, [payments.PayOut(**self.mine)])
        if isinstance(answer, Refused):
            assert answer.code == said
        else:
            assert answer.amount == said
            self.out.append(answer)

    async def bounce(self, n: int, _: int) -> None:
        if self.out:
            out = self.out.pop(n % len(self.out))
            self.clerk.bounce(out.amount)
            fact = payments.PayoutFact(payout=out.id, paid=False, amount=out.amount, currency="EUR")
            await self.world.do(payments.record_payout, fact)

    async def sleep(self, n: int, _: int) -> None:
        self.world.clock.advance(days=n + 1)
        await payments.release_due(self.world.database)
        await payments.draw_due(self.world.database)
        self.clerk.morning(self.world.clock())

    def verbs(self) -> list[Callable[[int, int], Awaitable[None]]]:
        return [
            self.sell, self.refund, self.charge, self.sleep, self.set_reserve, self.set_bond,
            self.deposit, self.draw, self.refund_bond, self.recover, self.write_off,
            self.pay_out, self.bounce,
        ]  # fmt: skip


async def live(world: World, steps: list[tuple[int, int, int]]) -> None:
    await world.open_market()
    seller = await world.seller()
    life = Life(world, seller, [await world.offer(seller, one, units=100) for one in AMOUNTS])
    for what, n, m in steps:
        verb = life.verbs()[what]
        await verb(n, m)
        event(verb.__name__)
        assert await account(world, seller) == life.clerk.told(), verb.__name__
    found = await payments.account_of(world.database, seller)
    assert [(one.since, one.amount) for one in found.debts] == [
        (one.since, one.left) for one in life.clerk.debts
    ]
    assert {one.release_on: one.amount for one in found.reserve} == life.clerk.kept
    assert await world.balance("bank", seller) == 0
    assert await world.broken() == []


def test_an_account_comes_to_what_a_clerk_makes_of_it(server_url: str) -> None:
    assert COMMISSION == 10, "that of the world's market"
    with theatre(server_url, 1) as house:

        @settings(
            max_examples=25, deadline=None, print_blob=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )  # fmt: skip
        @given(STEPS)
        def perform(steps: list[tuple[int, int, int]]) -> None:
            house.run(live(house.world, steps))

        perform()
