"""Campaigns used, refused, ended, and given back: a part of the traded world."""

from fondaco import campaigns, orders
from fondaco.campaigns import Kind
from tests.world import World


async def use_campaigns(world: World) -> None:
    """Trade in a market of its own until there is a use of every kind in every state."""
    await world.open_market()
    own, other = await world.seller(), await world.seller()
    lamp = await world.offer(own, price=100_01, shipping=4_99, units=100)
    book = await world.offer(other, price=33_33, shipping=3_01, units=100)
    await world.campaign(kind=Kind.ITEM, numerator=7, offer=book, funding=(1, 2), stage=1)
    await world.campaign(code="OWN", amount=10_00, owner=own, funding=(1, 0), stage=2)
    await world.campaign(
        code="JOINT", amount=9_99, funding=(60, 40), uses=50, uses_per_buyer=5, budget=1000_00
    )
    await world.campaign(code="POST", kind=Kind.SHIPPING, numerator=50, funding=(1, 1), stage=500)
    over = await world.campaign(code="OVER", amount=1)
    await world.do(campaigns.end_campaign, campaigns.EndCampaign(campaign=over))
    every = ("OWN", "JOINT", "POST")
    sold = await world.sell(lamp, (book, 2), coupons=every)
    one = orders.RefundLine(1, 1)
    await world.do(orders.refund, orders.Refund(order=sold.orders[1].id, lines=(one,)))
    await world.buy(lamp, book, coupons=every)
    late = await world.place(lamp, book, coupons=every)
    await _give_back(world, lamp, book)
    for order in late.orders:
        too_late = orders.DoDue(order=order.id, state="created")
        await world.do(orders.do_due, too_late, at=late.pay_by)
    await world.refused(orders.place, world.basket(lamp, coupons=("OVER",)))


async def _give_back(world: World, lamp: int, book: int) -> None:
    """One cancelled before it was shipped, in two steps, and one after."""
    kept = await world.buy(lamp, book, coupons=("OWN", "JOINT"))
    for order in kept.orders:
        await world.do(orders.refund, orders.Refund(order=order.id))
    back = await world.buy(lamp, book, coupons=("OWN", "JOINT"))
    shipped, waiting = back.orders
    await world.deliver(shipped.id)
    for order in (shipped, waiting):
        await world.do(orders.refund, orders.Refund(order=order.id))
