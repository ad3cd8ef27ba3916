"""Returns and disputes of sellers who are paid in another currency, and of goods with tax."""

import pytest

from fondaco.markets import Prices, Remitter, Rounding, TaxPolicy
from tests.aftercare.caring import back_to_buyer, inspect, send_back, settled
from tests.aftercare.quarrelling import quarrel, rule
from tests.world import World


async def test_a_seller_paid_in_yen_gives_yen_back(world: World) -> None:
    seller = await world.seller()
    await world.paid_in(seller, "JPY")
    lamp = await world.offer(seller, 100_00)
    await world.rate("EUR", "JPY", 160, 1)
    order = await settled(world, (lamp, 2))
    assert await world.balances("payable", seller) == {"JPY": 28_800}
    await inspect(world, await send_back(world, order, 1))
    assert await world.balances("payable", seller) == {"JPY": 14_400}
    assert await back_to_buyer(world, order) == 100_00


@pytest.mark.parametrize("refund", [0, 20_00, 50_00])
async def test_what_a_seller_got_in_yen_is_held_in_yen(world: World, refund: int) -> None:
    seller = await world.seller()
    await world.paid_in(seller, "JPY")
    lamp = await world.offer(seller, 100_00)
    await world.rate("EUR", "JPY", 160, 1)
    order = await settled(world, lamp)
    dispute = await quarrel(world, order, 50_00)
    assert await world.balances("dispute_hold", order) == {"JPY": 7_200}
    assert await world.balances("payable", seller) == {"JPY": 7_200}
    world.clock.advance(days=1)
    await world.rate("EUR", "JPY", 170, 1)
    await rule(world, dispute, refund)
    assert await world.balances("dispute_hold", order) == {}
    left = 14_400 - refund * 144 // 100
    assert await world.balances("payable", seller) == {"JPY": left}
    assert await world.balances("receivable", seller) == {}
    assert await back_to_buyer(world, order) == refund


async def test_tax_goes_back_with_what_it_was_on(world: World) -> None:
    for prices in Prices:
        await world.open_market(
            tax=TaxPolicy(
                prices=prices, remitter=Remitter.PLATFORM, rounding=Rounding.LINE, country="BE"
            )
        )
        offer = await world.offer(await world.seller(), 10_00)
        order = await settled(world, (offer, 2))
        tax = await world.balance("tax_payable", order)
        rma = await send_back(world, order, 1)
        back = (await inspect(world, rma)).refunded
        assert back == (12_10 if prices is Prices.EXCLUSIVE else 10_00)
        assert await world.balance("tax_payable", order) in (tax // 2, tax - tax // 2)
