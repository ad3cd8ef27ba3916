"""Random scripts about returns come to what a clerk in plain Python makes of them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from fondaco import aftercare, markets, orders
from fondaco.kernel import Refused, run
from tests.aftercare.caring import back_to_buyer, sweep
from tests.aftercare.returns_clerk import CONFIRM, WINDOW, Clerk, Line, Order, Return
from tests.money.theatre import theatre
from tests.scratch import copied
from tests.world import World

Step = tuple[str, int, int, int, int]
DOINGS = (
    "request", "request", "request", "decide", "decide", "decide", "send", "receive", "inspect",
    "inspect", "inspect", "inspect", "withdraw", "refund", "confirm",
)  # fmt: skip
"""How often each is drawn."""
N = st.integers(0, 11)
SCRIPTS = st.lists(
    st.tuples(st.sampled_from(DOINGS), N, N, N, st.sampled_from([0] * 12 + [1, 24, 50, 24 * 8])),
    min_size=12, max_size=40,
)  # fmt: skip
SOLD = ((999, 5, 101), (1, 6, 0), (5, 3, 7)), ((10_01, 4, 350),), ((3, 7, 0), (777, 4, 99))
"""The lines of each order: price, units, shipping."""


class Play:
    """A world and a clerk, to whom the same things happen."""

    def __init__(self, world: World) -> None:
        self.world, self.clerk = world, Clerk()
        self.orders: list[int] = []
        self.returns: list[int] = []
        self.offers: list[int] = []
        self.seller = 0

    async def furnish(self) -> None:
        world = self.world
        await world.open_market(policy=markets.FeePolicy(vat_numerator=20))
        terms = aftercare.Policy(window_days=WINDOW.days)
        await world.do(aftercare.set_policy, aftercare.SetPolicy(market=world.market, policy=terms))
        self.seller = await world.seller()
        for lines in SOLD:
            offers = [await world.offer(self.seller, p, shipping=s, units=9) for p, _, s in lines]
            self.offers += offers
            wanted = [(offer, units) for offer, (_, units, _) in zip(offers, lines, strict=True)]
            order = (await world.buy(*wanted)).orders[0].id
            await world.deliver(order)
            self.orders.append(order)
            now = world.clock()
            self.clerk.orders.append(Order([Line(*one) for one in lines], now, now + CONFIRM))

    async def do(self, step: Step) -> None:
        doing, a, b, c, hours = step
        said = await getattr(self, f"_{doing}")(a, b, c)
        if said is not None:
            theirs, ours = said
            assert theirs == ours, step
            event(f"{doing}: {ours}")
        self.world.clock.advance(hours=hours)
        await sweep(self.world)
        await self.world.sweep()
        self.clerk.sweep(self.world.clock())

    async def tell(self, handler: Any, wish: Any) -> Any:
        [answer] = await run(self.world.database, handler, [self.world.sent(wish)])
        assert not isinstance(answer, Exception), answer
        return answer.code if isinstance(answer, Refused) else answer

    async def _request(self, a: int, b: int, c: int) -> tuple[str, str]:
        k = a % len(self.orders)
        numbers = range(len(self.clerk.orders[k].lines))
        named = numbers if c > 8 else [b % len(numbers)]
        wanted = {n: 1 + (c + n) % 3 for n in named}
        wish = aftercare.RequestReturn(
            order=self.orders[k], reason=aftercare.Reason.OTHER,
            lines=tuple(aftercare.Units(n + 1, units) for n, units in wanted.items()),
        )  # fmt: skip
        ours = self.clerk.request(k, wanted, self.world.clock())
        answer = await self.tell(aftercare.request_return, wish)
        if isinstance(answer, str):
            return answer, ours
        self.returns.append(answer.id)
        return "requested", ours

    def _one(self, a: int, *states: str) -> tuple[int, Return] | None:
        """A return in one of these states if there is one, most of the time."""
        every = list(zip(self.returns, self.clerk.returns, strict=True))
        likely = [one for one in every if one[1].state in states or a == 11]
        return (likely or every)[a % len(likely or every)] if every else None

    async def _moved(
        self, a: int, handler: Any, wish: Any, sources: str, state: str
    ) -> tuple[str, str] | None:
        if (found := self._one(a, *sources.split())) is None:
            return None
        rma, one = found
        ours = self.clerk.move(one, tuple(sources.split()), state, self.world.clock())
        answer = await self.tell(handler, wish(rma))
        return (answer if isinstance(answer, str) else answer.state), ours

    async def _decide(self, a: int, b: int, c: int) -> tuple[str, str] | None:
        def wish(rma: int) -> aftercare.DecideReturn:
            return aftercare.DecideReturn(rma=rma, approve=b > 1, reason="so")

        state = "approved" if b > 1 else "declined"
        return await self._moved(a, aftercare.decide_return, wish, "requested", state)

    async def _send(self, a: int, b: int, c: int) -> tuple[str, str] | None:
        def wish(rma: int) -> aftercare.ShipReturn:
            return aftercare.ShipReturn(rma=rma, carrier="Post")

        return await self._moved(a, aftercare.ship_return, wish, "approved", "shipped")

    async def _receive(self, a: int, b: int, c: int) -> tuple[str, str] | None:
        def wish(rma: int) -> aftercare.ReceiveReturn:
            return aftercare.ReceiveReturn(rma=rma)

        return await self._moved(a, aftercare.receive_return, wish, "approved shipped", "received")

    async def _withdraw(self, a: int, b: int, c: int) -> tuple[str, str] | None:
        def wish(rma: int) -> aftercare.WithdrawReturn:
            return aftercare.WithdrawReturn(rma=rma)

        return await self._moved(a, aftercare.withdraw_return, wish, "requested approved", "closed")

    async def _inspect(self, a: int, b: int, c: int) -> tuple[str, str] | None:
        if (found := self._one(a, "approved", "shipped", "received")) is None:
            return None
        rma, one = found
        verdicts = {
            n: ((units if b < 6 else b % (units + 2)), (0, 0, 1, 400)[c % 4])
            for n, units in one.units.items()
        }
        wish = aftercare.InspectReturn(
            rma=rma,
            lines=tuple(
                aftercare.Inspected(n + 1, *verdict, restock=c > 5, note="so")
                for n, verdict in verdicts.items()
            ),
        )
        ours = self.clerk.inspect(one, verdicts, c > 5, self.world.clock())
        answer = await self.tell(aftercare.inspect_return, wish)
        if not isinstance(answer, str):
            assert answer.refunded == one.refunded
        return (answer if isinstance(answer, str) else answer.state), ours

    async def _refund(self, a: int, b: int, c: int) -> tuple[str, str]:
        k = a % len(self.orders)
        n, units = b % len(self.clerk.orders[k].lines), 1 + c % 3
        wish = orders.Refund(order=self.orders[k], lines=(orders.RefundLine(n + 1, units),))
        ours = self.clerk.refund(k, n, units)
        answer = await self.tell(orders.refund, wish)
        return (answer if isinstance(answer, str) else answer.state), ours

    async def _confirm(self, a: int, b: int, c: int) -> tuple[str, str]:
        k = a % len(self.orders)
        ours = self.clerk.confirm(k)
        answer = await self.tell(orders.confirm, orders.Confirm(order=self.orders[k]))
        return (answer if isinstance(answer, str) else answer.state), ours

    async def compare(self) -> None:
        """Every party has what the clerk says, to the cent, and every return stands as it does."""
        world, owed = self.world, 0
        for id_, one in zip(self.orders, self.clerk.orders, strict=True):
            settled = one.state == "settled"
            assert await world.state(id_) == [one.state]
            assert await back_to_buyer(world, id_) == one.buyer
            assert await world.balance("escrow", id_) == (0 if settled else one.held)
            assert await world.balance("commission", id_) == (one.commission if settled else 0)
            assert await world.balance("vat_payable", id_) == (one.vat if settled else 0)
            owed += one.held - one.commission - one.vat if settled else 0
        accounts = [await world.balance(name, self.seller) for name in ("payable", "receivable")]
        assert sum(accounts) == owed
        units = sum(units for lines in SOLD for _, units, _ in lines)
        shelf = [await world.shelf(offer) for offer in self.offers]
        assert sum(n for n, _ in shelf) == 9 * len(shelf) - units + self.clerk.restocked
        rows = await world.rows("select id, state, refunded from aftercare.return")
        found = {row["id"]: (row["state"], row["refunded"]) for row in rows}
        for rma, r in zip(self.returns, self.clerk.returns, strict=True):
            assert found[rma] == (r.state, r.refunded)
        assert await world.broken() == []


async def perform(world: World, script: list[Step]) -> None:
    play = Play(world)
    await play.furnish()
    for step in script:
        await play.do(step)
    await play.compare()


@pytest.mark.parametrize(("buckets", "examples"), [(1, 60), (4, 15)])
def test_returns_come_to_what_a_clerk_makes_of_them(
    server_url: str, run_folder: Path, template: str, buckets: int, examples: int
) -> None:
    with copied(server_url, run_folder, template) as url, theatre(url, buckets) as house:

        @settings(
            max_examples=examples, deadline=None, print_blob=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )  # fmt: skip
        @given(SCRIPTS)
        def play(script: list[Step]) -> None:
            house.run(perform(house.world, script))

        play()
