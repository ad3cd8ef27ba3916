"""What is held while money is quarrelled over is what is lost: also what the buyer got for free."""

import pytest

from fondaco import orders, payments
from fondaco.campaigns import Kind
from tests.aftercare.caring import settled
from tests.aftercare.quarrelling import charge_back, held, quarrel, rule
from tests.world import World


@pytest.mark.parametrize("way", ["dispute", "chargeback"])
async def test_shipping_that_the_operator_paid_is_held_too(world: World, way: str) -> None:
    """100.00 at 10 %, and 30.00 shipping by a coupon of the operator's: 120.00 are the seller's."""
    await world.open_market()
    seller = await world.seller()
    await world.campaign(code="POST", kind=Kind.SHIPPING, numerator=100)
    order = await settled(
        world, await world.offer(seller, 100_00, shipping=30_00), coupons=("POST",)
    )
    assert await world.balance("payable", seller) == 120_00
    if way == "chargeback":
        await charge_back(world, order, orders.Stage.OPEN, 100_00)
    else:
        dispute = await quarrel(world, order)
    assert await held(world, order) == 120_00
    wish = payments.PayOut(seller=seller, currency="EUR")
    assert await world.refused(payments.pay_out, wish) == payments.PayoutRefusal.NOTHING_OWED
    if way == "chargeback":
        await charge_back(world, order, orders.Stage.LOST, 100_00)
    else:
        await rule(world, dispute, 100_00)
    assert await world.balance("receivable", seller) == 0
    assert await world.broken() == []
