"""Opening and ending campaigns: one example of every outcome, and how many statements it takes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from fondaco import campaigns, kernel, orders
from fondaco.campaigns import CampaignRefusal, EndRefusal, Kind, OpenCampaign
from fondaco.kernel import Tx
from fondaco.orders import Placed
from tests.fresh import fresh_database
from tests.world import World, open_world


def wish(world: World, **more: Any) -> OpenCampaign:
    usual: dict[str, Any] = {
        "market": world.market, "name": "Sale", "kind": Kind.ORDER, "code": "SALE",
        "discount": campaigns.Discount(amount=1_00), "funding": campaigns.Funding(0, 1),
        "starts_at": world.clock(), "ends_at": world.clock() + timedelta(days=1),
    }  # fmt: skip
    return OpenCampaign(**(usual | more))


async def unknown_market(world: World) -> OpenCampaign:
    return wish(world, market=64)


async def forbidden(world: World) -> OpenCampaign:
    one, other = await world.seller(), await world.seller()
    own = campaigns.Funding(1, 0)
    return wish(world, owner=one, funding=own, scope=campaigns.Scope(seller=other))


async def unknown_seller(world: World) -> OpenCampaign:
    return wish(world, scope=campaigns.Scope(seller=64))


async def unknown_category(world: World) -> OpenCampaign:
    return wish(world, scope=campaigns.Scope(category=64))


async def unknown_product(world: World) -> OpenCampaign:
    return wish(world, scope=campaigns.Scope(product=64))


async def unknown_offer(world: World) -> OpenCampaign:
    one, other = await world.seller(), await world.seller()
    scope = campaigns.Scope(offer=await world.offer(other, 1_00))
    return wish(world, owner=one, funding=campaigns.Funding(1, 0), scope=scope)


async def bad_discount(world: World) -> OpenCampaign:
    return wish(world, discount=campaigns.Discount(numerator=101))


async def bad_period(world: World) -> OpenCampaign:
    return wish(world, ends_at=world.clock())


async def code_taken(world: World) -> OpenCampaign:
    await world.campaign(code="sale", amount=1)
    return wish(world)


async def too_many(world: World) -> OpenCampaign:
    many = [wish(world, code=None, name=f"{n}") for n in range(campaigns.MOST_AUTOMATIC)]
    await world.batch(campaigns.open_campaign, many)
    return many[0]


WAYS: dict[CampaignRefusal, Callable[[World], Awaitable[OpenCampaign]]] = {
    CampaignRefusal(way.__name__): way
    for way in (
        unknown_market, forbidden, unknown_seller, unknown_category, unknown_product,
        unknown_offer, bad_discount, bad_period, code_taken, too_many,
    )
}  # fmt: skip


@pytest.mark.parametrize("why", list(CampaignRefusal))
async def test_refused_and_nothing_changed(world: World, why: CampaignRefusal) -> None:
    assert await world.refused(campaigns.open_campaign, await WAYS[why](world)) == why


@pytest.mark.parametrize(
    ("discount", "pointer"),
    [
        ({}, "/discount/amount"),
        ({"amount": 1, "numerator": 1}, "/discount/amount"),
        ({"numerator": 2, "denominator": 1}, "/discount/numerator"),
        ({"numerator": 1, "minimum": 1, "repeating": True}, "/discount/repeating"),
        ({"amount": 1, "repeating": True}, "/discount/repeating"),
    ],
)
async def test_a_discount_must_make_sense(
    world: World, discount: dict[str, Any], pointer: str
) -> None:
    bad = wish(world, discount=campaigns.Discount(**discount))
    [refused] = await world.batch(campaigns.open_campaign, [bad])
    assert (refused.code, refused.pointer) == (CampaignRefusal.BAD_DISCOUNT, pointer)


async def test_somebody_must_bear_it(world: World) -> None:
    bad = wish(world, funding=campaigns.Funding(0, 0))
    assert await world.refused(campaigns.open_campaign, bad) == CampaignRefusal.BAD_DISCOUNT


async def test_a_code_is_taken_once_in_one_batch_and_free_in_another_market(world: World) -> None:
    first = wish(world)
    await world.open_market()
    answers = await world.batch(campaigns.open_campaign, [first, first, wish(world)])
    assert [getattr(one, "code", "opened") for one in answers] == ["opened", "code_taken", "opened"]


async def test_a_campaign_is_ended_once_and_by_its_owner(world: World) -> None:
    seller = await world.seller()
    own = await world.campaign(code="OWN", amount=1, owner=seller, funding=(1, 0))
    stranger = campaigns.EndCampaign(campaign=own, owner=await world.seller())
    assert await world.refused(campaigns.end_campaign, stranger) == EndRefusal.UNKNOWN_CAMPAIGN
    end = campaigns.EndCampaign(campaign=own, owner=seller)
    ended, again = await world.batch(campaigns.end_campaign, [end, end])
    assert ended.ended_at == world.clock()
    assert again.code == EndRefusal.ALREADY_ENDED
    assert await world.refused(campaigns.end_campaign, end) == EndRefusal.ALREADY_ENDED


@asynccontextmanager
async def counted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """The names of the statements that run inside transactions meanwhile."""
    names: list[str] = []
    fetch = Tx.fetch

    async def note(self: Tx, statement: Any, **values: Any) -> Any:
        names.append(statement.name)
        return await fetch(self, statement, **values)

    with monkeypatch.context() as patch:
        patch.setattr(Tx, "fetch", note)
        yield names


async def test_statements_do_not_grow_with_the_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With coupons, a campaign that applies by itself, limits per buyer, and uses given back."""
    await world.open_market(pay_within=timedelta(minutes=1))
    offers = [await world.offer(await world.seller(), 10_00, units=5000) for _ in range(3)]
    await world.campaign(numerator=1)
    for n in range(4):
        await world.campaign(code=f"C{n}{n}", amount=1_00, uses_per_buyer=1000)
    every: list[list[list[str]]] = []
    for size in (1, 2, 60):  # the first reads what is remembered from then on
        wishes = [
            world.basket(*offers[: 1 + n % 3], coupons=("C00", f"C{1 + n % 3}{1 + n % 3}"))
            for n in range(size)
        ]
        async with counted(monkeypatch) as placing:
            placed = await world.batch(orders.place, wishes)
        ids = [order.id for one in placed for order in one.orders]
        world.clock.advance(minutes=2)
        late = [orders.DoDue(order=id_, state="created") for id_ in ids]
        async with counted(monkeypatch) as expiring:
            assert all(one.state == "expired" for one in await world.batch(orders.do_due, late))
        async with counted(monkeypatch) as opening:
            opened = [wish(world, code=f"Z{size}-{n}") for n in range(size)]
            await world.batch(campaigns.open_campaign, opened)
        every.append([placing, expiring, opening])
    assert every[1] == every[2]


async def test_a_market_without_campaigns_pays_no_statement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp = await world.offer(await world.seller(), 10_00)
    await world.place(lamp)
    async with counted(monkeypatch) as names:
        await world.place(lamp)
    assert [name for name in names if "campaigns" in name] == []


async def test_the_operator_may_pay_for_all_of_it(world: World) -> None:
    seller = await world.seller()
    lamp = await world.offer(seller, 100_00)
    await world.campaign(code="GIFT", numerator=100)
    placed = await world.sell(lamp, coupons=("GIFT",))
    assert placed.total == 0
    assert await world.balance("payable", seller) == 90_00
    assert await world.balance("promo", placed.orders[0].id) == -100_00


async def test_uses_are_taken_and_given_back_side_by_side(world: World) -> None:
    """Lanes that place, and lanes that cancel, over the same counters and shelves."""
    offers = [await world.offer(await world.seller(), 10_00, units=2000) for _ in range(3)]
    coupons = [
        await world.campaign(code=f"S{n}-{world.name}", amount=1_00, uses=60, uses_per_buyer=60)
        for n in range(3)
    ]
    names = [f"S{n}-{world.name}" for n in range(3)]

    async def lane(first: int) -> None:
        for turn in range(5):
            codes = (names[(first + turn) % 3], names[(first + 2 * turn + 1) % 3])
            basket = world.basket(*offers, coupons=tuple(dict.fromkeys(codes)))
            answers = await kernel.run(
                world.database, orders.place, [world.sent(basket) for _ in range(10)]
            )
            placed = [one for one in answers if isinstance(one, Placed)]
            assert {getattr(one, "code", "placed") for one in answers} <= {
                "placed", "coupon_used_up", "coupon_used_by_buyer"
            }  # fmt: skip
            for one in placed:
                assert await world.capture(one)
            back = [orders.Refund(order=order.id) for one in placed for order in one.orders]
            gone = [world.sent(one) for one in back[: -turn or None]]
            refunded = await kernel.run(world.database, orders.refund, gone)
            assert not [one for one in refunded if isinstance(one, Exception)]

    await asyncio.gather(*(lane(n) for n in range(3)))
    rows = await world.rows(
        "select campaign, count(*) as n from campaigns.redemption"
        " where returned_at is null and campaign = any(:coupons::bigint[]) group by campaign",
        coupons=coupons,
    )
    used = await campaigns.usage(world.database, coupons)
    assert {row["campaign"]: row["n"] for row in rows} == {
        id_: uses for id_, (uses, _, _) in used.items() if uses
    }


async def test_campaigns_of_many_buckets_are_counted_where_they_live(server_url: str) -> None:
    async with fresh_database(server_url) as url, open_world(url, buckets=8) as world:
        offers = [await world.offer(await world.seller(), 10_00, units=500) for _ in range(2)]
        ids = [
            await world.campaign(code=f"B{n}X", amount=10, uses=3, uses_per_buyer=2)
            for n in range(6)
        ]
        codes = tuple(f"B{n}X" for n in range(6))
        buyers = [world.customer, world.customer, world.customer, await world.buyer()]
        baskets = [world.basket(*offers, coupons=codes, buyer=buyer) for buyer in buyers]
        answers = [
            await kernel.run(world.database, orders.place, [world.sent(one)]) for one in baskets
        ]
        told = [getattr(one, "code", "placed") for [one] in answers]
        assert told == ["placed", "placed", "coupon_used_by_buyer", "placed"]
        used = await campaigns.usage(world.database, ids)
        assert {used[id_][0] for id_ in ids} == {3}
        world.clock.advance(minutes=31)
        await world.sweep()
        used = await campaigns.usage(world.database, ids)
        assert {used[id_][:2] for id_ in ids} == {(0, 0)}
        assert await world.broken() == []
