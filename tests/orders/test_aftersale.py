"""Refunds before settlement, disputes and rulings."""

from collections.abc import Awaitable, Callable

import pytest

from fondaco import markets, orders
from fondaco.orders import Dispute, OrderRefusal, Placed, Refund, RefundLine, Rule
from tests.world import World

REASON = "It is cracked."


async def bought(world: World, units: int = 3, shipping: int = 5_00) -> Placed:
    """A paid order of lamps at 100.00 and one vase at 20.00."""
    seller = await world.seller()
    lamp, vase = await world.offer(seller, 100_00, shipping), await world.offer(seller, 20_00)
    return await world.buy((lamp, units), vase)


async def settled(world: World) -> int:
    placed = await world.sell(await world.offer(await world.seller(), 100_00))
    return placed.orders[0].id


def units(no: int, count: int) -> tuple[RefundLine, ...]:
    return (RefundLine(no=no, units=count),)


async def shelves(world: World, placed: Placed) -> list[tuple[int, int]]:
    lines = await orders.lines_of(world.database, [placed.purchase])
    return [await world.shelf(line["offer"]) for line in lines]


async def test_a_full_refund_cancels_the_order_and_frees_its_units(world: World) -> None:
    placed = await bought(world)
    [order] = placed.orders
    back = await world.do(orders.refund, Refund(order=order.id))
    assert (back.amount, back.currency, back.state) == (325_00, "EUR", "cancelled")
    assert await world.balance("escrow", order.id) == 0
    assert await world.balance("refund_in_flight", *placed.payments) == 325_00
    assert await shelves(world, placed) == [(10, 0), (10, 0)]


async def test_units_of_a_line_go_back_with_their_part_of_the_shipping(world: World) -> None:
    placed = await bought(world)
    [order] = placed.orders
    back = await world.do(orders.refund, Refund(order=order.id, lines=units(1, 1)))
    assert (back.amount, back.state) == (101_67, "paid")
    assert await world.balance("escrow", order.id) == 223_33
    assert await shelves(world, placed) == [(10, 2), (10, 1)]


async def test_after_shipping_a_part_goes_back_without_shipping_and_off_the_shelf(
    world: World,
) -> None:
    placed = await bought(world)
    [order] = placed.orders
    await world.deliver(order.id)
    back = await world.do(orders.refund, Refund(order=order.id, lines=units(1, 1)))
    assert (back.amount, back.state) == (100_00, "delivered")
    assert await shelves(world, placed) == [(7, 0), (9, 0)]


async def test_the_last_unit_takes_all_that_is_left_with_it(world: World) -> None:
    """Also shipping that earlier parts did not take: of a cancelled order nothing is kept."""
    placed = await bought(world, units=2)
    [order] = placed.orders
    await world.deliver(order.id)
    first = await world.do(orders.refund, Refund(order=order.id, lines=units(1, 2)))
    last = await world.do(orders.refund, Refund(order=order.id, lines=units(2, 1)))
    assert (first.amount, last.amount, last.state) == (200_00, 25_00, "cancelled")
    assert sum(refund["amount"] for refund in await world.refunds(placed)) == 225_00
    assert await world.balance("escrow", order.id) == 0


async def test_several_lines_and_one_line_twice_in_one_refund(world: World) -> None:
    placed = await bought(world, shipping=0)
    lines = units(1, 1) + units(2, 1) + units(1, 1)
    back = await world.do(orders.refund, Refund(order=placed.orders[0].id, lines=lines))
    assert (back.amount, back.state) == (220_00, "paid")
    assert await shelves(world, placed) == [(10, 1), (10, 0)]


async def test_a_refund_gives_up_the_commission_of_what_went_back(world: World) -> None:
    """10 % of 3 x 0.35 is 0.11 (0.105 half up); by thirds it goes as 0.04, 0.03, 0.04."""
    await world.open_market(fee=markets.Fee(numerator=10))
    placed = await world.buy((await world.offer(await world.seller(), 35), 3))
    [order] = placed.orders
    for given_up in (4, 7):
        await world.do(orders.refund, Refund(order=order.id, lines=units(1, 1)))
        rows = await orders.orders_of(world.database, [order.id])
        assert rows[0]["refunded_commission"] == given_up
    await world.deliver(order.id)
    await world.confirm(order.id)
    assert await world.balance("commission", order.id) == 11 - 7


async def test_a_refund_goes_back_to_the_payments_it_came_from_in_turn(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    halves = (orders.Tender("sandbox", "card", 60_00), orders.Tender("sandbox", "gift", 40_00))
    placed = await world.place(lamp, tenders=halves)
    await world.capture(placed, 60_00)
    await world.capture(placed, 40_00, tender=1)
    await world.do(orders.refund, Refund(order=placed.orders[0].id))
    refunds = {refund["payment"]: refund["amount"] for refund in await world.refunds(placed)}
    assert refunds == {placed.payments[0]: 60_00, placed.payments[1]: 40_00}


async def test_a_dispute_over_one_order_leaves_its_siblings_alone(world: World) -> None:
    a, b = await world.seller(), await world.seller()
    placed = await world.buy(await world.offer(a, 30_00), await world.offer(b, 20_00))
    first, second = (order.id for order in placed.orders)
    await world.do(orders.dispute, Dispute(order=first, reason=REASON))
    await world.deliver(second)
    assert await world.confirm(second) == "settled"
    assert await world.balance("payable", b) == 18_00


async def test_a_ruling_of_nothing_pays_the_seller_in_full(world: World) -> None:
    placed = await bought(world)
    [order] = placed.orders
    await world.deliver(order.id)
    await world.do(orders.dispute, Dispute(order=order.id, reason=REASON, buyer=world.customer))
    ruled = await world.do(orders.rule, Rule(order=order.id, refund=0))
    assert (ruled.amount, ruled.state) == (0, "settled")
    assert await world.balance("payable", order.seller) == 325_00 - 32_00


async def test_a_ruling_of_everything_cancels_the_order(world: World) -> None:
    placed = await bought(world)
    [order] = placed.orders
    await world.do(orders.dispute, Dispute(order=order.id, reason=REASON))
    ruled = await world.do(orders.rule, Rule(order=order.id, refund=325_00))
    assert (ruled.amount, ruled.state) == (325_00, "cancelled")
    assert await world.balance("payable", order.seller) == 0
    assert await shelves(world, placed) == [(10, 0), (10, 0)]


async def test_a_ruling_on_an_order_not_shipped_frees_its_units(world: World) -> None:
    placed = await bought(world)
    [order] = placed.orders
    await world.do(orders.dispute, Dispute(order=order.id, reason=REASON))
    ruled = await world.do(orders.rule, Rule(order=order.id, refund=300_00))
    assert ruled.state == "settled"
    assert await shelves(world, placed) == [(10, 0), (10, 0)]


async def test_a_ruling_deals_its_refund_over_lines_and_shipping(world: World) -> None:
    """32.50 of 325.00 is a tenth of each part, so a tenth of the commission is given up."""
    placed = await bought(world)
    [order] = placed.orders
    await world.deliver(order.id)
    await world.do(orders.dispute, Dispute(order=order.id, reason=REASON))
    await world.do(orders.rule, Rule(order=order.id, refund=32_50))
    assert await world.balance("commission", order.id) == 32_00 - 3_20
    lines = await orders.lines_of(world.database, [placed.purchase])
    back = [line["refunded_goods"] + line["refunded_shipping"] for line in lines]
    assert back == [30_50, 2_00]


# Refusals


Ask = Callable[[World, int, int | None], Awaitable[str]]


async def refund(world: World, order: int, seller: int | None = None) -> str:
    return await world.refused(orders.refund, Refund(order=order, seller=seller))


async def dispute(world: World, order: int, seller: int | None = None) -> str:
    return await world.refused(orders.dispute, Dispute(order=order, seller=seller, reason=REASON))


async def rule(world: World, order: int, seller: int | None = None) -> str:
    return await world.refused(orders.rule, Rule(order=order, seller=seller, refund=1))


@pytest.mark.parametrize("ask", [refund, dispute, rule])
async def test_refuses_an_order_that_is_not_there_or_somebody_elses(world: World, ask: Ask) -> None:
    placed = await bought(world)
    stranger = await world.seller()
    assert await ask(world, 65, None) == OrderRefusal.UNKNOWN_ORDER
    assert await ask(world, placed.orders[0].id, stranger) == OrderRefusal.UNKNOWN_ORDER


@pytest.mark.parametrize("ask", [refund, dispute])
async def test_refuses_what_is_not_paid(world: World, ask: Ask) -> None:
    placed = await world.place(await world.offer(await world.seller(), 100_00))
    assert await ask(world, placed.orders[0].id, None) == OrderRefusal.WRONG_STATE


async def test_refuses_to_dispute_what_is_settled(world: World) -> None:
    assert await dispute(world, await settled(world), None) == OrderRefusal.WRONG_STATE


@pytest.mark.parametrize("ask", [refund, dispute])
async def test_refuses_what_is_disputed(world: World, ask: Ask) -> None:
    [order] = (await bought(world)).orders
    await world.do(orders.dispute, Dispute(order=order.id, reason=REASON))
    assert await ask(world, order.id, None) == OrderRefusal.DISPUTED


async def test_refuses_to_refund_a_line_that_is_not_there(world: World) -> None:
    [order] = (await bought(world)).orders
    wish = Refund(order=order.id, lines=units(3, 1))
    assert await world.refused(orders.refund, wish) == OrderRefusal.UNKNOWN_LINE


async def test_refuses_to_refund_more_units_than_are_left(world: World) -> None:
    [order] = (await bought(world)).orders
    await world.do(orders.refund, Refund(order=order.id, lines=units(1, 1)))
    for lines in (units(1, 3), units(1, 1) + units(1, 2)):
        wish = Refund(order=order.id, lines=lines)
        assert await world.refused(orders.refund, wish) == OrderRefusal.TOO_MANY_UNITS


async def test_refuses_to_let_a_buyer_refund_themselves(world: World) -> None:
    [order] = (await bought(world)).orders
    wish = Refund(order=order.id, buyer=world.customer)
    assert await world.refused(orders.refund, wish) == OrderRefusal.FORBIDDEN


async def test_refuses_to_rule_without_a_dispute(world: World) -> None:
    [order] = (await bought(world)).orders
    assert await rule(world, order.id) == OrderRefusal.NOT_DISPUTED


async def test_refuses_to_rule_back_more_than_is_held(world: World) -> None:
    [order] = (await bought(world)).orders
    await world.do(orders.dispute, Dispute(order=order.id, reason=REASON))
    wish = Rule(order=order.id, refund=325_01)
    assert await world.refused(orders.rule, wish) == OrderRefusal.TOO_MUCH
