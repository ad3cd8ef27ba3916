"""Every command is a batch: one bad wish harms no other, a key decides once, statements are few."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from fondaco import kernel, orders, payments
from fondaco.kernel import Handler, KeyReused, Refused, Sent, Tx
from fondaco.orders import Place, Placed, PlaceRefusal, RefundLine
from fondaco.shipping import Scan
from tests.world import World


async def lamp_of(world: World, units: int = 10) -> int:
    return await world.offer(await world.seller(), 100_00, units=units)


async def test_a_refused_purchase_takes_nothing_from_those_beside_it(world: World) -> None:
    lamp = await lamp_of(world, units=3)
    vase = await lamp_of(world, units=1)
    wishes = [
        world.basket((lamp, 2)),
        world.basket(lamp, (vase, 2)),  # not enough vases, so it gets no lamp either
        world.basket(lamp, vase),
        world.basket(lamp),
    ]
    outcomes = await world.batch(orders.place, wishes)
    assert [isinstance(one, Placed) for one in outcomes] == [True, False, True, False]
    assert await world.shelf(lamp) == (3, 3)
    assert await world.shelf(vase) == (1, 1)


POISON = {
    "a NUL, which no text can hold": {"reference": "a\0b"},
    "a reference that is too long": {"reference": "x" * 101},
    "an id beyond 63 bits": {"buyer": 2**63},
    "an id beyond 64 bits": {"market": 2**64},
}


@pytest.mark.parametrize("bad", POISON.values(), ids=POISON)
async def test_a_poisonous_purchase_meets_its_error_alone(
    world: World, bad: dict[str, Any]
) -> None:
    lamp = await lamp_of(world, units=3)
    wishes = [world.basket(lamp), world.basket(lamp, **bad), world.basket(lamp)]
    first, second, third = await world.batch(orders.place, wishes)
    assert isinstance(first, Placed)
    assert isinstance(second, Exception)
    assert isinstance(third, Placed)
    assert await world.shelf(lamp) == (3, 2)


async def test_one_key_twice_in_one_batch_happens_once(world: World) -> None:
    lamp = await lamp_of(world)
    wish = world.sent(world.basket(lamp))
    other = world.sent(world.basket(lamp))
    first, between, second = await kernel.run(world.database, orders.place, [wish, other, wish])
    assert first == second
    assert between != first
    assert await world.shelf(lamp) == (10, 2)


async def test_one_key_for_two_wishes_in_one_batch_is_for_the_first(world: World) -> None:
    lamp = await lamp_of(world)
    first = world.sent(world.basket(lamp))
    second = Sent(world.basket((lamp, 2)), first.principal, first.key)
    answers = await kernel.run(world.database, orders.place, [first, second])
    assert isinstance(answers[0], Placed)
    assert isinstance(answers[1], KeyReused)
    assert await world.shelf(lamp) == (10, 1)


async def test_a_key_gives_the_same_answer_ever_after(world: World) -> None:
    lamp = await lamp_of(world, units=1)
    won, lost = world.sent(world.basket(lamp)), world.sent(world.basket(lamp))
    first = await kernel.run(world.database, orders.place, [won, lost])
    await world.stock(lamp, 5)  # would let the loser win, were it decided again
    before = await world.fingerprint()
    assert await kernel.run(world.database, orders.place, [won, lost]) == first
    assert await world.fingerprint() == before


async def test_a_key_used_for_another_wish_is_refused_and_changes_nothing(world: World) -> None:
    lamp = await lamp_of(world)
    used = world.sent(world.basket(lamp))
    await kernel.run(world.database, orders.place, [used])
    before = await world.fingerprint()
    again = Sent(world.basket((lamp, 2)), used.principal, used.key)
    [answer] = await kernel.run(world.database, orders.place, [again])
    assert isinstance(answer, KeyReused)
    assert await world.fingerprint() == before


async def test_two_people_may_use_one_key(world: World) -> None:
    lamp = await lamp_of(world)
    wish = world.basket(lamp)
    sent = [Sent(wish, who, f"{world.name} mine") for who in ("ann", "bob")]
    first, second = await kernel.run(world.database, orders.place, sent)
    assert isinstance(first, Placed)
    assert isinstance(second, Placed)
    assert first.purchase != second.purchase


# The number of statements is the same for one command and for a hundred.


@asynccontextmanager
async def counted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Names of the statements run inside."""
    names: list[str] = []
    fetch = Tx.fetch

    async def count(self: Tx, statement: Any, **values: Any) -> Any:
        names.append(statement.name)
        return await fetch(self, statement, **values)

    with monkeypatch.context() as patch:
        patch.setattr(Tx, "fetch", count)
        yield names


Step = tuple[Handler[Any, Any], Callable[[World, Placed], Awaitable[Any]]]


async def record_capture(world: World, placed: Placed) -> orders.RecordPayment:
    return orders.RecordPayment(
        payment=placed.payments[0], result=orders.Paid.CAPTURED,
        amount=placed.total, currency="EUR", fee=1,
    )  # fmt: skip


async def refund_unit(world: World, placed: Placed) -> orders.Refund:
    one_unit = (RefundLine(no=1, units=1),)
    return orders.Refund(order=placed.orders[0].id, lines=one_unit)


async def refund_arrived(world: World, placed: Placed) -> payments.RefundFact:
    [row] = await world.refunds(placed)
    return payments.RefundFact(
        refund=row["id"], succeeded=True, amount=row["amount"], currency="EUR"
    )


async def ship(world: World, placed: Placed) -> orders.Ship:
    return orders.Ship(order=placed.orders[0].id, carrier="Post")


async def arrive(world: World, placed: Placed) -> orders.RecordScan:
    [row] = await world.rows(
        'select id from shipping.parcel where "order" = :id', id=placed.orders[0].id
    )
    return orders.RecordScan(parcel=row["id"], kind=Scan.DELIVERED)


async def extend(world: World, placed: Placed) -> orders.Extend:
    return orders.Extend(order=placed.orders[0].id)


async def dispute(world: World, placed: Placed) -> orders.Dispute:
    return orders.Dispute(order=placed.orders[0].id, reason="No.")


async def rule(world: World, placed: Placed) -> orders.Rule:
    return orders.Rule(order=placed.orders[0].id, refund=1_00)


LIFE: list[Step] = [
    (orders.record_payment, record_capture),
    (orders.refund, refund_unit),
    (payments.record_refund, refund_arrived),
    (orders.ship, ship),
    (orders.record_scan, arrive),
    (orders.extend, extend),
    (orders.dispute, dispute),
    (orders.rule, rule),
]


async def test_statements_are_the_same_for_one_and_for_a_hundred(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp, vase = await lamp_of(world, 5000), await lamp_of(world, 5000)  # scarce to neither size
    await world.place(lamp)  # the first purchase of a category reads the category too
    runs: dict[int, dict[str, list[str]]] = {}
    for size in (1, 100):
        wishes: list[Place] = [world.basket((lamp, 2), vase)] * size
        async with counted(monkeypatch) as names:
            placed = await world.batch(orders.place, wishes)
        runs[size] = {"place": list(names)}
        for handler, wish in LIFE:
            batch = [await wish(world, one) for one in placed]
            async with counted(monkeypatch) as names:
                outcomes = await world.batch(handler, batch)
            assert not any(isinstance(one, Refused | Exception) for one in outcomes), outcomes[0]
            runs[size][handler.name] = list(names)
    assert runs[100] == runs[1]
    assert all(runs[1].values())


async def test_a_batch_of_refusals_costs_no_more_than_one_of_purchases(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp = await lamp_of(world, 1)
    async with counted(monkeypatch) as good:
        await world.batch(orders.place, [world.basket(lamp)])
    async with counted(monkeypatch) as bad:
        outcomes = await world.batch(orders.place, [world.basket(lamp)] * 50)
    assert {one.code for one in outcomes} == {PlaceRefusal.SOLD_OUT}
    assert len(bad) <= len(good)
