"""Caps and budgets hold for batches that come at once, whether they lock beforehand or not."""

import asyncio
from collections import Counter
from typing import Any

import asyncpg
import pytest

from fondaco import campaigns, kernel, orders
from fondaco.campaigns import Desk, Line, Shopper
from fondaco.campaigns.model import EndCampaign
from fondaco.kernel import Database, Outdated, Tx
from fondaco.orders import Placed
from tests.world import World


async def used(world: World, campaign: int) -> tuple[int, int]:
    return (await campaigns.usage(world.database, [campaign]))[campaign][:2]


async def buy_at_once(world: World, code: str, times: int) -> Counter[str]:
    """Place purchases for 100.00, each a batch of its own; how many of each outcome."""
    lamp = await world.offer(await world.seller(), 100_00)
    wish = world.basket(lamp, coupons=(code,))
    answers = await asyncio.gather(
        *(kernel.run(world.database, orders.place, [world.sent(wish)]) for _ in range(times))
    )
    return Counter(
        "placed" if isinstance(one, Placed) else getattr(one, "code", repr(one))
        for [one] in answers
    )


async def desk(world: World, tx: Tx, code: str) -> Desk:
    """The desk of one purchase that has a line for 100.00 and the coupon, decided."""
    found = await campaigns.open_desk(tx, [Shopper(world.market, world.customer, (code,))])
    line = Line(1, (), None, 1, 1, 100_00, 0)
    deal = found.deal(world.market, world.customer, (code,), [line], world.clock())
    assert isinstance(deal, campaigns.Deal)
    found.use(deal, tx.mint(), world.customer, world.clock())
    return found


@pytest.mark.parametrize(
    ("limits", "most", "why"),
    [
        ({"uses": 5}, 5, "coupon_used_up"),
        ({"budget": 5_99}, 5, "coupon_budget_spent"),
        ({"uses": 5, "budget": 3_00}, 3, "coupon_budget_spent"),
    ],
)
@pytest.mark.parametrize("plenty", [10, 0])
async def test_a_limit_holds_for_batches_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, plenty: int, limits: dict[str, int], most: int,
    why: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("fondaco.campaigns.counters.PLENTY", plenty)
    wish: dict[str, Any] = dict(limits)
    coupon = await world.campaign(code="FEW", amount=1_00, **wish)
    assert await buy_at_once(world, "FEW", 9) == {"placed": most, why: 9 - most}
    assert await used(world, coupon) == (most, most * 1_00)


async def locks_out(world: World, code: str) -> bool:
    """Whether nobody else can open the desk for this coupon while one is open."""
    async with world.database.transaction() as mine:
        await desk(world, mine, code)
        async with world.database.transaction() as theirs:
            await theirs.connection.execute("set local lock_timeout = '50ms'")
            try:
                await desk(world, theirs, code)
            except asyncpg.LockNotAvailableError:
                return True
    return False


async def test_what_there_is_plenty_of_is_for_many_at_once(world: World) -> None:
    await world.campaign(code="MANY", amount=1_00, uses=10, budget=10_00)
    await world.campaign(code="FEW", amount=1_00, uses=9)
    await world.campaign(code="EACH", amount=1_00, uses_per_buyer=100)
    assert [await locks_out(world, code) for code in ("MANY", "FEW", "EACH")] == [False, True, True]


async def test_a_budget_found_low_is_locked_from_then_on(world: World) -> None:
    await world.campaign(code="LOW", amount=1_00, budget=9_99)
    database: Database = world.database

    async def decide() -> None:
        async with database.transaction() as tx:
            found = await desk(world, tx, "LOW")
            assert not found.locked
            await found.write(tx)

    with pytest.raises(Outdated, match="little of a budget"):
        await decide()
    assert await locks_out(world, "LOW")


async def test_a_campaign_ended_meanwhile_is_noticed(world: World) -> None:
    coupon = await world.campaign(code="GONE", amount=1_00)

    async def too_late() -> None:
        async with world.database.transaction() as tx:
            found = await desk(world, tx, "GONE")
            await world.do(campaigns.end_campaign, EndCampaign(campaign=coupon))
            await found.write(tx)

    with pytest.raises(Outdated, match="ended meanwhile"):
        await too_late()
    assert await used(world, coupon) == (0, 0)
