"""The sums about currencies, to the minor unit, through the public commands only."""

from fondaco import orders
from tests.world import World


async def test_13_a_seller_is_paid_in_its_own_currency_and_the_operator_bears_the_rate(
    world: World,
) -> None:
    """EUR 100.00 at 10 %, rate 1.10: the seller gets USD 99.00. Full refund at 1.20: it gives
    USD 99.00 up, and USD 9.00 are lost.
    """
    seller = await world.seller()
    await world.paid_in(seller, "USD")
    await world.rate("EUR", "USD", 110, 100)
    placed = await world.sell(await world.offer(seller, 100_00))
    [order] = placed.orders
    assert await world.balances("payable", seller) == {"USD": 99_00}
    assert await world.balances("commission", order.id) == {"EUR": 10_00}
    assert await world.balances("fx_position", order.id) == {"EUR": 90_00, "USD": -99_00}
    world.clock.advance(days=1)
    await world.rate("EUR", "USD", 120, 100)
    back = await world.do(orders.refund, orders.Refund(order=order.id))
    assert (back.amount, back.currency) == (100_00, "EUR")
    assert await world.balances("payable", seller) == {}
    assert await world.balances("receivable", seller) == {}
    assert await world.balances("commission", order.id) == {}
    assert await world.balances("fx_gain_loss", order.id) == {"USD": -9_00}
    assert await world.balances("fx_position", order.id) == {"USD": 9_00}
