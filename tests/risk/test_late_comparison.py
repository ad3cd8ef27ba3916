"""A comparison that ends late does not put the clock of screening back."""

import asyncio
from typing import Any

import pytest

from fondaco import payments, risk
from fondaco.risk import screening
from tests.risk.test_screening import BADEGE, OTHER, hits, listed, named
from tests.world import World


async def test_a_late_comparison_with_an_older_list_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payout compares with list 3 while the sweep already has list 4, in which the seller is."""
    seller = await named(world, "Eric Badege")
    await listed(world, "3", OTHER)
    go, inside, compare = asyncio.Event(), asyncio.Event(), screening._compare

    async def slow(*words: Any) -> None:
        if not inside.is_set():
            inside.set()
            await go.wait()
        await compare(*words)

    monkeypatch.setattr(screening, "_compare", slow)
    wish = payments.PayOut(seller=seller, currency="EUR", amount=1_00)
    late = asyncio.create_task(world.batch(payments.pay_out, [wish]))
    await inside.wait()
    await listed(world, "4", OTHER, BADEGE)
    await risk.screen_due(world.database)
    go.set()
    await late
    counts = [await risk.screen_due(world.database) for _ in range(3)]
    assert counts[-1] == 0, "the sweep goes round without a pause"
    assert len(await hits(world)) == 1
