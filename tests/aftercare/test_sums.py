"""Returns to the cent: what buyer, escrow, seller, operator and authority have at the end."""

import pytest

from fondaco import aftercare, markets
from fondaco.aftercare import Inspected
from tests.aftercare.caring import delivered, inspect, send_back, settled, sums
from tests.world import World

TWENTY = markets.FeePolicy(vat_numerator=20)


async def test_the_example_of_the_documentation(world: World) -> None:
    seller = await world.seller()
    order = await delivered(world, (await world.offer(seller, 10_00, shipping=2_00), 3))
    scratched = Inspected(1, 1, deduction=4_00, note="scratched")
    assert (await inspect(world, await send_back(world, order, 1), scratched)).refunded == 6_00
    assert (await inspect(world, await send_back(world, order, 1))).refunded == 10_00
    await world.confirm(order)
    assert await sums(world, order, seller) == {
        "buyer": 16_00, "escrow": 0, "seller": 14_60, "operator": 1_40,
    }  # fmt: skip


async def test_sum_2_as_a_return(world: World) -> None:
    """A 100.00 + 5.00, B 50.00, coupon 20.00 borne 60/40: A's item comes back after its payout."""
    a = await world.seller()
    b = await world.seller(markets.Fee(numerator=8))
    lines = await world.offer(a, 100_00, shipping=5_00), await world.offer(b, 50_00)
    await world.campaign((60, 40), amount=20_00)
    placed = await world.sell(*lines)
    assert placed.total == 135_00
    policy = aftercare.Policy(shipping_back=False)
    await world.do(aftercare.set_policy, aftercare.SetPolicy(market=world.market, policy=policy))
    order, other = (one.id for one in placed.orders)
    assert (await sums(world, order, a))["seller"] == 87_80
    assert (await inspect(world, await send_back(world, order, 1))).refunded == 86_67
    assert await sums(world, order, a) == {
        "buyer": 86_67, "escrow": 0, "seller": 5_00, "operator": 0,
    }  # fmt: skip
    assert (await sums(world, other, b))["seller"] == 42_32


@pytest.mark.parametrize("price", [999, 1000, 1001])
@pytest.mark.parametrize("before", [True, False])
async def test_units_sum_to_the_line_however_they_come_back(
    world: World, price: int, before: bool
) -> None:
    await world.open_market(policy=TWENTY)
    seller = await world.seller()
    lamp = await world.offer(seller, price, shipping=101)
    await world.campaign((1, 2), amount=1_00)
    order = await (delivered if before else settled)(world, (lamp, 3))
    back = [
        (await inspect(world, await send_back(world, order, (1, units)))).refunded
        for units in (1, 2)
    ]
    assert sum(back) == 3 * price + 101 - 1_00, "everything, delivery too"
    state = "cancelled" if before else "settled"
    assert await world.state(order) == [state]
    assert await sums(world, order, seller) == {
        "buyer": sum(back), "escrow": 0, "seller": 0, "operator": 0,
    }  # fmt: skip


async def test_commission_is_kept_where_the_policy_says_so(world: World) -> None:
    await world.open_market(policy=markets.FeePolicy(keep_on_refund=True))
    seller = await world.seller()
    order = await settled(world, await world.offer(seller, 50_00))
    await inspect(world, await send_back(world, order, 1))
    assert await sums(world, order, seller) == {
        "buyer": 50_00, "escrow": 0, "seller": -5_00, "operator": 5_00,
    }  # fmt: skip
