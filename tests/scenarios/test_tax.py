"""The sums about tax, to the cent, through the public commands only."""

import pytest

from fondaco import orders
from fondaco.markets import FeePolicy, Prices, Remitter, TaxPolicy
from tests.world import World


@pytest.mark.parametrize(
    ("remitter", "seller_gets", "held"),
    [(Remitter.SELLER, 108_90, 0), (Remitter.PLATFORM, 87_90, 21_00)],
)
async def test_9_tax_in_the_price_and_vat_on_the_commission(
    world: World, remitter: Remitter, seller_gets: int, held: int
) -> None:
    """121.00 with 21 % in it; the fee is 10 % of the net, with 21 % VAT on it."""
    tax = TaxPolicy(prices=Prices.INCLUSIVE, remitter=remitter, country="BE")
    await world.open_market(tax=tax, policy=FeePolicy(vat_numerator=21, net_of_tax=True))
    seller = await world.seller()
    placed = await world.sell(await world.offer(seller, 121_00))
    [order] = placed.orders
    assert placed.total == 121_00
    assert await world.balance("payable", seller) == seller_gets
    assert await world.balance("tax_payable", order.id) == held
    assert await world.balance("commission", order.id) == 10_00
    assert await world.balance("vat_payable", order.id) == 2_10
    assert await world.balance("escrow", order.id) == 0


async def test_a_facilitator_adds_tax_to_two_sellers_orders(world: World) -> None:
    """20 % on top: of 84.98 with 4.90 shipping 17.98, of 30.00 with 3.50 shipping 6.70.

    One unit of the second goes back before settlement, one of the first after it.
    """
    tax = TaxPolicy(prices=Prices.EXCLUSIVE, remitter=Remitter.PLATFORM, country="AT")
    await world.open_market(tax=tax)
    a, b = await world.seller(), await world.seller()
    lamp, book = await world.offer(a, 42_49, shipping=4_90), await world.offer(b, 10_00, 3_50)
    placed = await world.buy((lamp, 2), (book, 3))
    one, two = (order.id for order in placed.orders)
    assert [order.total for order in placed.orders] == [89_88 + 17_98, 33_50 + 6_70]
    assert placed.total == 107_86 + 40_20
    unit = (orders.RefundLine(1, 1),)
    back = await world.do(orders.refund, orders.Refund(order=two, lines=unit))
    assert back.amount == 13_41, "10.00 of goods, 1.17 of shipping, 2.00 and 0.24 of tax"
    for order in (one, two):
        await world.deliver(order)
        await world.confirm(order)
    assert await world.balance("tax_payable", one) == 17_98
    assert await world.balance("payable", a) == 107_86 - 17_98 - 8_50
    back = await world.do(orders.refund, orders.Refund(order=one, lines=unit))
    assert back.amount == 42_49 + 8_50
    assert await world.balance("tax_payable", one) == 17_98 - 8_50
    assert await world.balance("commission", one) == 4_25
    assert await world.balance("payable", a) == 81_38 - (42_49 - 4_25)
