"""Returns and disputes of the same orders at once: one comes first, and none waits for ever."""

import asyncio
import random
from typing import Any

import pytest

from fondaco import aftercare, kernel
from fondaco.aftercare import Inspected
from fondaco.kernel import Refused, Sent
from tests.aftercare.caring import request, settled
from tests.aftercare.quarrelling import claim
from tests.world import World


async def _at_once(world: World, *lanes: tuple[Any, list[Sent[Any]]]) -> list[list[Any]]:
    return list(await asyncio.gather(*(kernel.run(world.database, *lane) for lane in lanes)))


async def test_an_order_has_a_return_or_a_dispute(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fondaco.kernel.commands.ATTEMPTS", 1)  # a deadlock is an answer now
    chance = random.Random(7)
    lamps = [await world.offer(await world.seller(), 10_00, units=50) for _ in range(3)]
    sold = [await settled(world, chance.choice(lamps)) for _ in range(12)]

    def lane(wish: Any) -> list[Sent[Any]]:
        return [world.sent(wish(order)) for order in chance.sample(sold, len(sold))]

    for _ in range(2):
        disputes, returns = await _at_once(
            world, (aftercare.open_dispute, lane(claim)),
            (aftercare.request_return, lane(lambda order: request(order, 1))),
        )  # fmt: skip
        assert {one.code for one in disputes + returns if isinstance(one, Refused)} <= {
            "case_open", "disputed", "too_many_units",
        }  # fmt: skip
    query = "select open_cases from orders.orders where id = any(:ids::bigint[])"
    cases = [row["open_cases"] for row in await world.rows(query, ids=sold)]
    assert cases == [1] * len(sold)
    await _end(world)


async def _end(world: World) -> None:
    """Rule on the disputes and accept the returns, all at once."""
    open_ = await aftercare.open_disputes(world.database, 2**63 - 1, 200)
    rules = [
        world.sent(aftercare.RuleDispute(dispute=one.id, refund=3_00, ruling="So be it."))
        for one in open_
    ]
    query = "select id from aftercare.return where closed_at is null and buyer = :buyer"
    found = [row["id"] for row in await world.rows(query, buyer=world.customer)]
    decided = [world.sent(aftercare.DecideReturn(rma=rma, approve=True)) for rma in reversed(found)]
    back = (Inspected(1, 1, restock=True),)
    accepted = [world.sent(aftercare.InspectReturn(rma=rma, lines=back)) for rma in found]
    half = len(rules) // 2
    answers = await _at_once(
        world, (aftercare.rule_dispute, rules[:half]), (aftercare.rule_dispute, rules[half:]),
        (aftercare.decide_return, decided),
    )  # fmt: skip
    answers += await _at_once(world, (aftercare.inspect_return, accepted))
    assert {one.state for lane in answers for one in lane} <= {"ruled", "approved", "inspected"}
