"""Refunds of settled orders: the seller gives up his part, out of what he is owed or into debt."""

from fondaco import orders, payments
from fondaco.orders import OrderRefusal, Placed, Refund, RefundLine
from tests.world import World


async def sold(world: World, price: int = 100_00, units: int = 1) -> tuple[Placed, int, int]:
    """A settled purchase, its order and its seller."""
    seller = await world.seller()
    lamp = await world.offer(seller, price, shipping=5_00)
    placed = await world.buy((lamp, units))
    order = placed.orders[0].id
    await world.deliver(order)
    assert await world.confirm(order) == "settled"
    return placed, order, seller


async def pay_out_all(world: World, seller: int) -> int:
    wish = payments.PayOut(seller=seller, currency="EUR")
    out = await world.do(payments.pay_out, wish)
    fact = payments.PayoutFact(payout=out.id, paid=True, amount=out.amount, currency="EUR")
    await world.do(payments.record_payout, fact)
    return int(out.amount)


async def test_a_seller_who_is_owed_enough_gives_it_up(world: World) -> None:
    placed, order, seller = await sold(world, units=2)
    back = await world.do(orders.refund, Refund(order=order, lines=(RefundLine(1, 1),)))
    assert (back.amount, back.state) == (100_00, "settled")
    assert await world.balance("payable", seller) == 185_00 - 90_00
    assert await world.balance("commission", order) == 10_00
    [refund] = await world.refunds(placed)
    assert refund["amount"] == 100_00


async def test_a_seller_who_was_paid_out_owes_it_until_he_sells_again(world: World) -> None:
    _, order, seller = await sold(world)
    assert await pay_out_all(world, seller) == 95_00
    await world.do(orders.refund, Refund(order=order, lines=(RefundLine(1, 1),)))
    assert await world.balance("receivable", seller) == -90_00, "debt stays visible"
    refusal = await world.refused(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    assert refusal == payments.PayoutRefusal.NOTHING_OWED
    lamp = await world.offer(seller, 200_00)
    again = (await world.buy(lamp)).orders[0].id
    await world.deliver(again)
    await world.confirm(again)
    assert await world.balance("receivable", seller) == 0
    assert await pay_out_all(world, seller) == 180_00 - 90_00


async def test_a_debt_greater_than_a_sale_takes_all_of_it(world: World) -> None:
    _, order, seller = await sold(world)
    await pay_out_all(world, seller)
    await world.do(orders.refund, Refund(order=order))
    lamp = await world.offer(seller, 50_00)
    again = (await world.buy(lamp)).orders[0].id
    await world.deliver(again)
    await world.confirm(again)
    assert await world.balance("receivable", seller) == -(95_00 - 45_00)
    assert await world.balance("payable", seller) == 0


async def test_the_operator_may_keep_his_commission(world: World) -> None:
    _, order, seller = await sold(world)
    wish = Refund(order=order, amount=50_00, keep_commission=True)
    assert (await world.do(orders.refund, wish)).amount == 50_00
    assert await world.balance("commission", order) == 10_00
    assert await world.balance("payable", seller) == 95_00 - 50_00
    await world.do(orders.refund, Refund(order=order))
    given_up = 10_00 - await world.balance("commission", order)
    assert 0 < given_up < 10_00, "only on what went back since"


async def test_an_amount_cumulates_to_the_whole(world: World) -> None:
    _, order, seller = await sold(world)
    for amount in (33_33, 33_33, 38_34):
        assert (await world.do(orders.refund, Refund(order=order, amount=amount))).amount == amount
    assert await world.balance("commission", order) == 0
    assert await world.balance("payable", seller) == 0
    assert await world.refused(orders.refund, Refund(order=order)) == OrderRefusal.TOO_MUCH


async def test_an_amount_before_settlement_leaves_the_rest_held(world: World) -> None:
    seller = await world.seller()
    order = (await world.buy(await world.offer(seller, 100_00))).orders[0].id
    assert (await world.do(orders.refund, Refund(order=order, amount=40_00))).state == "paid"
    assert await world.balance("escrow", order) == 60_00
    assert (await world.do(orders.refund, Refund(order=order, amount=60_00))).state == "cancelled"
    assert await world.balance("escrow", order) == 0


async def test_refuses_more_than_is_left_and_says_what_is(world: World) -> None:
    _, order, _ = await sold(world)
    await world.do(orders.refund, Refund(order=order, amount=100_00))
    wish = Refund(order=order, amount=5_01)
    assert await world.refused(orders.refund, wish) == OrderRefusal.TOO_MUCH
    [answer] = await world.batch(orders.refund, [wish])
    assert answer.detail == "5.00 EUR of the order is left."


async def test_refuses_lines_and_an_amount_together(world: World) -> None:
    _, order, _ = await sold(world)
    wish = Refund(order=order, lines=(RefundLine(1, 1),), amount=1)
    assert await world.refused(orders.refund, wish) == OrderRefusal.LINES_OR_AMOUNT


async def test_refuses_to_let_a_seller_keep_the_commission(world: World) -> None:
    _, order, seller = await sold(world)
    wish = Refund(order=order, seller=seller, keep_commission=True)
    assert await world.refused(orders.refund, wish) == OrderRefusal.FORBIDDEN


async def test_a_ruling_of_nothing_confirms_even_what_cost_nothing(world: World) -> None:
    order = (await world.buy(await world.offer(await world.seller(), 0))).orders[0].id
    await world.do(orders.dispute, orders.Dispute(order=order, reason="No."))
    assert (await world.do(orders.rule, orders.Rule(order=order, refund=0))).state == "settled"
