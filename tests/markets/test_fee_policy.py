"""Fee policy: VAT on commission, its base, and what a refund does, as of the time of the sale."""

from datetime import timedelta
from typing import Any

import pytest

from fondaco import markets, orders
from fondaco.markets import FeePolicy, FeePolicyRefusal, SetFeePolicy
from tests.world import NOON, World

DAY = timedelta(days=1)


async def test_a_fee_policy_counts_from_its_time_on(world: World) -> None:
    vat = FeePolicy(vat_numerator=21, net_of_tax=True, keep_on_refund=True)
    wish = SetFeePolicy(market=world.market, policy=vat, valid_from=NOON + DAY)
    assert (await world.do(markets.set_fee_policy, wish)).valid_from == NOON + DAY
    book = await markets.fees(world.database)
    for at, policy in ((NOON, FeePolicy()), (NOON + DAY, vat), (NOON - DAY, FeePolicy())):
        assert book.policy(world.market, at) == policy
    assert book.policy(1, NOON) == FeePolicy()


async def test_the_vat_on_commission_comes_off_what_the_seller_gets(world: World) -> None:
    policy = FeePolicy(vat_numerator=21)
    await world.do(markets.set_fee_policy, SetFeePolicy(market=world.market, policy=policy))
    seller = await world.seller()
    offer = await world.offer(seller, price=100_00)
    sold = await world.sell(offer)
    order = sold.orders[0].id
    owed = [await world.balance(name, order) for name in ("commission", "vat_payable")]
    assert [*owed, await world.balance("payable", seller)] == [10_00, 2_10, 87_90]


@pytest.mark.parametrize(("keep", "kept"), [(True, 10_00), (False, 0)])
async def test_what_a_refund_does_with_commission_is_of_the_sale_s_policy(
    world: World, keep: bool, kept: int
) -> None:
    policies = [FeePolicy(keep_on_refund=one) for one in (keep, not keep)]
    wishes = [SetFeePolicy(market=world.market, policy=one) for one in policies]
    await world.do(markets.set_fee_policy, wishes[0])
    sold = await world.sell(await world.offer(await world.seller(), price=100_00))
    world.clock.advance(days=1)
    await world.do(markets.set_fee_policy, wishes[1])
    order = sold.orders[0].id
    await world.do(orders.refund, orders.Refund(order=order))
    assert await world.balance("commission", order) == kept


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"market": 1}, FeePolicyRefusal.UNKNOWN_MARKET),
        ({"policy": FeePolicy(vat_numerator=101)}, FeePolicyRefusal.BAD_FEE),
        ({"valid_from": NOON - DAY}, FeePolicyRefusal.BAD_PERIOD),
    ],
)
async def test_refuses_a_policy_that_cannot_be(
    world: World, more: dict[str, Any], code: FeePolicyRefusal
) -> None:
    wish = {"market": world.market, "policy": FeePolicy(), **more}
    assert await world.refused(markets.set_fee_policy, SetFeePolicy(**wish)) == code
