"""A purchase for each way in which a coupon is refused."""

from collections.abc import Awaitable, Callable

from fondaco import campaigns
from fondaco.orders import Place, PlaceRefusal
from tests.world import World


async def _cart(world: World, *coupons: str) -> Place:
    lamp = await world.offer(await world.seller(), 100_00)
    return world.basket(lamp, coupons=coupons)


async def unknown_coupon(world: World) -> Place:
    return await _cart(world, "NOTHING")


async def foreign_coupon(world: World) -> Place:
    await world.campaign(code=f"M-{world.name}", amount=1)
    await world.open_market()
    return await _cart(world, f"M-{world.name}")


async def coupon_too_early(world: World) -> Place:
    await world.campaign(code="SOON", amount=1)
    cart = await _cart(world, "SOON")
    world.clock.advance(seconds=-1)
    return cart


async def coupon_ended(world: World) -> Place:
    over = await world.campaign(code="OVER", amount=1)
    await world.do(campaigns.end_campaign, campaigns.EndCampaign(campaign=over))
    return await _cart(world, "OVER")


async def coupon_expired(world: World) -> Place:
    await world.campaign(code="OLD", amount=1)
    world.clock.advance(days=30)
    return await _cart(world, "OLD")


async def coupon_excluded(world: World) -> Place:
    for code in ("ONE", "TWO"):
        await world.campaign(code=code, amount=1, exclusive_group="either")
    return await _cart(world, "ONE", "TWO")


async def coupon_used_up(world: World) -> Place:
    await world.campaign(code="RARE", amount=1, uses=1)
    cart = await _cart(world, "RARE")
    await world.place(*[line.offer for line in cart.lines], coupons=("RARE",))
    return cart


async def coupon_used_by_buyer(world: World) -> Place:
    await world.campaign(code="ONCE", amount=1, uses_per_buyer=1)
    cart = await _cart(world, "ONCE")
    await world.place(*[line.offer for line in cart.lines], coupons=("ONCE",))
    return cart


async def coupon_not_applicable(world: World) -> Place:
    await world.campaign(code="SHOP", amount=1, seller=await world.seller())
    return await _cart(world, "SHOP")


async def coupon_below_minimum(world: World) -> Place:
    await world.campaign(code="MUCH", amount=50_00, minimum=300_00)
    return await _cart(world, "MUCH")


async def coupon_budget_spent(world: World) -> Place:
    await world.campaign(code="POOR", amount=2_00, budget=3_50)
    cart = await _cart(world, "POOR")
    await world.place(*[line.offer for line in cart.lines], coupons=("POOR",))
    return cart


WAYS: dict[PlaceRefusal, Callable[[World], Awaitable[Place]]] = {
    PlaceRefusal(way.__name__): way
    for way in (
        unknown_coupon, foreign_coupon, coupon_too_early, coupon_ended, coupon_expired,
        coupon_excluded, coupon_used_up, coupon_used_by_buyer, coupon_not_applicable,
        coupon_below_minimum, coupon_budget_spent,
    )
}  # fmt: skip
