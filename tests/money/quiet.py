"""Leaving nothing due of earlier runs, so that sweeps do only what this run wants of them."""

from datetime import timedelta
from typing import Any

from fondaco import kernel, payments
from fondaco.kernel import Handler
from fondaco.payments import payout_terms
from fondaco.payments.payout_model import PayoutEvery, SetPayoutSchedule
from tests.world import NOON, World


async def quieten(world: World) -> None:
    """Release, end and take off what is due by itself, by the commands that there are for it."""
    world.clock.time = NOON + timedelta(days=3650)
    while await payments.release_due(world.database):
        pass
    world.clock.time = NOON
    await _each(
        world, payments.end_subscription,
        "select id as subscription from payments.subscription where next_at is not null",
        payments.EndSubscription,
    )  # fmt: skip
    await _each(
        world, payments.set_bond,
        "select seller, currency, 0::bigint as target from payments.bond where look_at is not null",
        payments.SetBond,
    )  # fmt: skip
    await _each(
        world, payout_terms.set_payout_schedule,
        "select seller, currency from payments.payout_turn where next_at is not null",
        SetPayoutSchedule, every=PayoutEvery.REQUEST,
    )  # fmt: skip


async def _each(
    world: World, handler: Handler[Any, Any], found: str, wish: Any, **more: Any
) -> None:
    wishes = [world.sent(wish(**dict(row), **more)) for row in await world.rows(found)]
    for answer in await kernel.run(world.database, handler, wishes):
        assert not isinstance(answer, kernel.Refused | Exception), answer
