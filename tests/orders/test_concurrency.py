"""Batches that run at the same time: nothing is sold twice, nobody waits for ever."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

import pytest

from fondaco import kernel, orders, payments
from fondaco.kernel import Handler, Refused, Sent
from fondaco.orders import Placed, PlaceRefusal
from tests.world import World


async def lanes(
    world: World, handler: Handler[Any, Any], batches: Sequence[Sequence[Sent[Any]]]
) -> list[Any]:
    """Run batches at once; all their answers."""
    answers = await asyncio.gather(
        *(kernel.run(world.database, handler, batch) for batch in batches)
    )
    return [answer for batch in answers for answer in batch]


async def test_lanes_that_want_the_same_scarce_offers_never_oversell(world: World) -> None:
    """Each lane meets the offers in an order of its own, which invites deadlocks."""
    chance = random.Random(7)
    offers = [await world.offer(await world.seller(), 1_00, units=20) for _ in range(8)]

    def wish() -> Sent[orders.Place]:
        return world.sent(world.basket(*chance.sample(offers, 3)))

    sold: Counter[int] = Counter()
    for _ in range(5):
        batches = [[wish() for _ in range(20)] for _ in range(4)]
        answers = await lanes(world, orders.place, batches)
        for sent, answer in zip(chain(*batches), answers, strict=True):
            if isinstance(answer, Placed):
                sold.update(line.offer for line in sent.command.lines)
            else:
                assert isinstance(answer, Refused), answer
                assert answer.code == PlaceRefusal.SOLD_OUT
    assert [await world.shelf(one) for one in offers] == [(20, sold[one]) for one in offers]
    assert max(sold.values()) == 20, "400 wishes must have met the end of a shelf"


async def test_lanes_that_want_the_same_plentiful_offers_never_wait_in_a_circle(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fondaco.kernel.commands.ATTEMPTS", 1)  # a deadlock is an answer now
    chance = random.Random(7)
    offers = [await world.offer(await world.seller(), 1_00, units=5000) for _ in range(8)]
    for _ in range(5):
        batches = [
            [world.sent(world.basket(*chance.sample(offers, 3))) for _ in range(20)]
            for _ in range(4)
        ]
        answers = await lanes(world, orders.place, batches)
        assert Counter(map(type, answers)) == {Placed: 80}
    assert sum([(await world.shelf(one))[1] for one in offers]) == 5 * 80 * 3


async def test_one_key_in_two_lanes_happens_once(world: World) -> None:
    lamp = await world.offer(await world.seller(), 1_00)
    sent = world.sent(world.basket(lamp))
    answers = await lanes(world, orders.place, [[sent]] * 4)
    purchases = {answer.purchase for answer in answers if isinstance(answer, Placed)}
    assert len(purchases) == 1
    assert await world.shelf(lamp) == (10, 1)


async def test_two_captures_of_one_purchase_at_once_pay_it_once(world: World) -> None:
    lamp = await world.offer(await world.seller(), 1_00)
    both = (orders.Tender("sandbox", "a", 1_00), orders.Tender("sandbox", "b", 0))
    placed = await world.place(lamp, tenders=both)
    facts = [
        orders.RecordPayment(
            payment=payment, result=orders.Paid.CAPTURED, amount=amount, currency="EUR"
        )
        for payment, amount in zip(placed.payments, (1_00, 0), strict=True)
    ]
    answers = await lanes(world, orders.record_payment, [[world.sent(one)] for one in facts])
    assert Counter(answer.applied for answer in answers)[True] == 1
    assert await world.balance("escrow", placed.orders[0].id) == 1_00


async def test_whoever_comes_first_decides_what_becomes_of_an_order(world: World) -> None:
    """Buyer confirms, seller refunds, sweep cancels, seller ships: one wins, the rest are told."""
    seller = await world.seller()
    lamp = await world.offer(seller, 1_00, units=40)
    for _ in range(10):
        placed = await world.buy(lamp)
        order = placed.orders[0].id
        world.clock.advance(days=5)
        wishes: list[tuple[Handler[Any, Any], Any]] = [
            (orders.ship, orders.Ship(order=order, carrier="Post")),
            (orders.refund, orders.Refund(order=order)),
            (orders.do_due, orders.DoDue(order=order, state="paid")),
            (orders.dispute, orders.Dispute(order=order, reason="No.")),
        ]
        await asyncio.gather(
            *(kernel.run(world.database, handler, [world.sent(wish)]) for handler, wish in wishes)
        )
        assert await world.broken() == []


async def test_payouts_at_once_never_pay_more_than_is_owed(world: World) -> None:
    seller = await world.seller()
    await world.sell(await world.offer(seller, 100_00))
    part = payments.PayOut(seller=seller, currency="EUR", amount=40_00)
    answers = await lanes(world, payments.pay_out, [[world.sent(part)] for _ in range(4)])
    assert Counter(type(answer) for answer in answers) == {payments.PayoutCreated: 2, Refused: 2}
    assert await world.balance("payable", seller) == 10_00
