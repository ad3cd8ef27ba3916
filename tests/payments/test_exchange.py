"""Sellers paid in a currency of their own: exchanged once, given back in proportion."""

import pytest

from fondaco import orders, parties, payments
from fondaco.parties import SettleIn, SettleInRefusal
from tests.world import World

UNIT = (orders.RefundLine(1, 1),)


async def sold(world: World, currency: str = "USD", units: int = 1, price: int = 100_00) -> int:
    """A seller paid in a currency, and an order of its goods, settled at 1.10."""
    seller = await world.seller()
    await world.paid_in(seller, currency)
    await world.rate("EUR", "USD", 110, 100)
    lamp = await world.offer(seller, price)
    return (await world.sell((lamp, units))).orders[0].id


async def seller_of(world: World, order: int) -> int:
    [row] = await world.rows("select seller from orders.orders where id = :id", id=order)
    return int(row["seller"])


async def test_units_given_back_one_by_one_give_up_just_what_was_got(world: World) -> None:
    """Three units of 3.33: the share is 8.99, worth 9.89; a third each of it, and none is left."""
    order = await sold(world, units=3, price=3_33)
    seller = await seller_of(world, order)
    assert await world.balances("payable", seller) == {"USD": 9_89}
    left = []
    for _ in range(3):
        await world.do(orders.refund, orders.Refund(order=order, lines=UNIT))
        left.append((await world.balances("payable", seller)).get("USD", 0))
    assert left == [6_59, 3_30, 0]
    assert await world.balances("fx_position", order) == {}
    assert await world.balances("fx_gain_loss", order) == {}


async def test_parts_given_back_are_rounded_as_they_add_up(world: World) -> None:
    """Three units of 7.50: the share is 20.25, worth 22.28. Three times 7.43 would be a debt."""
    order = await sold(world, units=3, price=7_50)
    seller = await seller_of(world, order)
    assert await world.balances("payable", seller) == {"USD": 22_28}
    left = []
    for _ in range(3):
        await world.do(orders.refund, orders.Refund(order=order, lines=UNIT))
        left.append((await world.balances("payable", seller)).get("USD", 0))
    assert left == [14_85, 7_43, 0]
    assert await world.balances("receivable", seller) == {}


async def test_a_rate_that_fell_is_the_operators_gain(world: World) -> None:
    order = await sold(world)
    world.clock.advance(days=1)
    await world.rate("EUR", "USD", 100, 100)
    await world.do(orders.refund, orders.Refund(order=order))
    assert await world.balances("fx_gain_loss", order) == {"USD": 9_00}


async def test_what_was_paid_out_becomes_debt_in_the_sellers_currency(world: World) -> None:
    order = await sold(world)
    seller = await seller_of(world, order)
    await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="USD"))
    await world.do(orders.refund, orders.Refund(order=order))
    assert await world.balances("receivable", seller) == {"USD": -99_00}
    lamp = await world.offer(seller, 50_00)
    await world.sell(lamp)
    assert await world.balances("receivable", seller) == {"USD": -49_50}
    assert await world.balances("payable", seller) == {}


async def test_a_debt_in_the_currency_of_the_sale_is_met_before_anything_is_exchanged(
    world: World,
) -> None:
    seller = await world.seller()
    lamp = await world.offer(seller, 50_00)
    first = (await world.sell(lamp)).orders[0].id
    await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    await world.do(orders.refund, orders.Refund(order=first))
    assert await world.balances("receivable", seller) == {"EUR": -45_00}
    await world.paid_in(seller, "USD")
    await world.rate("EUR", "USD", 110, 100)
    await world.sell((lamp, 2))
    assert await world.balances("receivable", seller) == {}
    assert await world.balances("payable", seller) == {"USD": 49_50}
    second = (await world.rows("select max(id) as id from orders.orders where seller = :seller",
                               seller=seller))[0]["id"]  # fmt: skip
    await world.do(orders.refund, orders.Refund(order=second, amount=75_00))
    assert await world.balances("payable", seller) == {}
    assert await world.balances("receivable", seller) == {"EUR": -22_50}


async def test_without_a_fresh_rate_the_seller_is_paid_in_the_currency_of_the_sale(
    world: World,
) -> None:
    seller = await world.seller()
    await world.paid_in(seller, "CNY")
    order = (await world.sell(await world.offer(seller, 100_00))).orders[0].id
    assert await world.balances("payable", seller) == {"EUR": 90_00}
    await world.do(orders.refund, orders.Refund(order=order))
    assert await world.balances("payable", seller) == {}


async def test_a_refund_without_a_fresh_rate_is_at_the_old_one(world: World) -> None:
    order = await sold(world)
    world.clock.advance(days=30)
    await world.do(orders.refund, orders.Refund(order=order))
    assert await world.balances("fx_gain_loss", order) == {}
    assert await world.balances("fx_position", order) == {}


async def test_a_currency_chosen_later_leaves_what_is_sold_alone(world: World) -> None:
    seller = await world.seller()
    await world.rate("EUR", "USD", 110, 100)
    lamp = await world.offer(seller, 100_00)
    bought = await world.buy(lamp)
    await world.paid_in(seller, "USD")
    await world.deliver(bought.orders[0].id)
    await world.confirm(bought.orders[0].id)
    assert await world.balances("payable", seller) == {"EUR": 90_00}
    await world.paid_in(seller, "")
    await world.sell(lamp)
    assert await world.balances("payable", seller) == {"EUR": 180_00}


@pytest.mark.parametrize(
    ("currency", "known", "code"),
    [
        ("XYZ", True, SettleInRefusal.UNKNOWN_CURRENCY),
        ("USD", False, SettleInRefusal.UNKNOWN_SELLER),
    ],
)
async def test_refuses_a_currency_that_cannot_be(
    world: World, currency: str, known: bool, code: str
) -> None:
    seller = await world.seller() if known else 64
    assert (
        await world.refused(parties.settle_in, SettleIn(seller=seller, currency=currency)) == code
    )
