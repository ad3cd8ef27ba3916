"""Random months of trade, invoiced in random batches, come to what a clerk writes by hand."""

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fondaco import billing, markets, orders, payments
from fondaco.billing import Bill, SetBusiness
from fondaco.kernel import Refused
from fondaco.kernel.money import half_up
from tests.money.theatre import theatre
from tests.scratch import copied
from tests.world import World

Event = tuple[str, int, int, int]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "refund", "charge", "penalty"]),
        st.integers(0, 2), st.integers(1, 30_000), st.sampled_from([0, 0, 1, 20]),
    ),
    min_size=3, max_size=10,
)  # fmt: skip
"""What happens, to which seller, over how much, and how many days pass then."""

ORDER = st.lists(st.integers(0, 20), max_size=20)


class Clerk:
    """Writes down net and VAT of each seller's month, and numbers documents in turn."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.sums: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.last = {"invoice": 0, "credit_note": 0}
        self.done: set[tuple[int, str]] = set()

    def note(self, seller: int, month: str, kind: str, net: int, taxed: bool = True) -> None:
        """An amount was kept back, or given back, with 19 % on it."""
        sums = self.sums[seller, month, kind]
        sums[0] += net
        sums[1] += half_up(net * 19, 100) if taxed else 0

    def bill(self, seller: int, month: str, year: int) -> Any:
        """Numbers with net and VAT, or the code of the refusal."""
        if (seller, month) in self.done:
            return "already_billed"
        found = []
        for kind, mark in (("invoice", ""), ("credit_note", "C")):
            if (sums := self.sums.get((seller, month, kind))) and sum(sums):
                self.last[kind] += 1
                number = f"{self.prefix}-{mark}{year}-{self.last[kind]:06}"
                found.append((number, *sums))
        if not found:
            return "nothing_to_bill"
        self.done.add((seller, month))
        return found


async def happen(world: World, clerk: Clerk, sellers: list[int], script: list[Event]) -> None:
    """Trade as the script says; the clerk writes it down."""
    settled: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for what, who, amount, days in script:
        seller, month = sellers[who], f"{world.clock():%Y-%m}"
        if what == "sell":
            placed = await world.sell(await world.offer(seller, amount))
            fee = half_up(amount, 10)
            settled[seller].append((placed.orders[0].id, fee))
            clerk.note(seller, month, "invoice", fee)
        elif what == "refund" and settled[seller]:
            order, fee = settled[seller].pop()
            await world.do(orders.refund, orders.Refund(order=order))
            clerk.note(seller, month, "credit_note", fee)
        elif what in ("charge", "penalty"):
            wish = payments.ChargeSeller(
                seller=seller, market=world.market, amount=amount, reason=what,
                penalty=what == "penalty",
            )  # fmt: skip
            await world.do(payments.charge_seller, wish)
            clerk.note(seller, month, "invoice", amount, taxed=what == "charge")
        world.clock.advance(days=days)


async def perform(world: World, script: list[Event], order: list[int]) -> None:
    begin = world.clock()
    policy = markets.FeePolicy(vat_numerator=19, vat_denominator=100)
    await world.open_market(policy=policy)
    clerk = Clerk(f"P{world.market:X}")
    issuer = SetBusiness(
        party=world.market, prefix=clerk.prefix, name="N", address="A", country="DE", by="x"
    )
    await world.do(billing.set_business, issuer)
    sellers = [await world.seller() for _ in range(3)]
    await happen(world, clerk, sellers, script)
    months = sorted({f"{begin + timedelta(days=n):%Y-%m}" for n in range(220)})
    months = [one for one in months if one <= f"{world.clock():%Y-%m}"]
    world.clock.advance(days=32)
    wishes = [(seller, month) for month in months for seller in sellers]
    wishes = [wishes[n % len(wishes)] for n in order] + wishes
    outcomes = await world.batch(
        billing.bill,
        [Bill(market=world.market, seller=s, month=m, by="x") for s, m in wishes],
    )
    numbers, written = set(), set()
    for (seller, month), outcome in zip(wishes, outcomes, strict=True):
        expected = clerk.bill(seller, month, world.clock().year)
        if isinstance(outcome, Refused):
            assert outcome.code == expected
            continue
        told = [await billing.document(world.database, number) for number in outcome.numbers]
        assert [(one.net, one.vat) for one in told if one] == [one[1:] for one in expected]
        numbers |= set(outcome.numbers)
        written |= {one[0] for one in expected}
    assert numbers == written  # which has which is up to the order of the buckets
    assert await world.broken() == []


@pytest.mark.parametrize(("buckets", "examples"), [(1, 12), (4, 6)])
def test_documents_come_to_what_a_clerk_writes(
    server_url: str, run_folder: Path, template: str, buckets: int, examples: int
) -> None:
    with copied(server_url, run_folder, template) as url, theatre(url, buckets) as house:

        @settings(
            max_examples=examples, deadline=None, print_blob=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )  # fmt: skip
        @given(EVENTS, ORDER)
        def run(script: list[Event], order: list[int]) -> None:
            house.run(perform(house.world, script, order))

        run()
