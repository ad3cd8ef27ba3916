"""Markets: opened with a commission and timers; commission set later is for later sales."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fondaco import markets
from fondaco.markets import Bound, Fee, FeePolicy, OpenMarket, OpenRefusal, Timers
from tests.world import TEN_PERCENT, World

BAD_FEES = [
    Fee(numerator=101),
    Fee(numerator=10, floor=50, cap=49),
    Fee(numerator=10, bounds={"USD": Bound(50, 49)}),
    Fee(numerator=10, bounds={"XYZ": Bound(1)}),
    Fee(numerator=10, bounds={"EUR": Bound(1)}),
]


def market(slug: str | None = None, currency: str = "EUR", fee: Fee = TEN_PERCENT) -> OpenMarket:
    return OpenMarket(slug=slug or f"m-{uuid4().hex}", name="Market", currency=currency, fee=fee)


async def test_a_market_is_as_it_was_opened(world: World) -> None:
    timers = Timers(
        pay_within=timedelta(minutes=5), ship_within=timedelta(days=2),
        confirm_within=timedelta(0), settle_after=timedelta(hours=36, microseconds=5),
        scan_within=timedelta(days=366),
    )  # fmt: skip
    slug = f"m-{uuid4().hex}"
    wish = OpenMarket(
        slug=slug, name="Kōbe", currency="JPY", locale="ja-JP", fee=Fee(numerator=1),
        timers=timers, payout_minimum=1000,
    )  # fmt: skip
    id_ = (await world.do(markets.open_market, wish)).id
    opened = await markets.market_by_slug(world.database, slug)
    assert opened == (await markets.markets(world.database, [id_]))[id_]
    assert opened is not None
    assert (opened.id, opened.name, opened.currency, opened.locale) == (id_, "Kōbe", "JPY", "ja-JP")
    assert opened.timers == timers
    assert (opened.payout_minimum, opened.created_at) == (1000, world.clock())


async def test_markets_are_listed_in_order_of_opening(world: World) -> None:
    opened = [(await world.do(markets.open_market, market())).id for _ in range(3)]
    listed = await markets.list_markets(world.database, opened[0] - 1, 2)
    assert [one.id for one in listed] == opened[:2]


async def test_an_unknown_market_is_none(world: World) -> None:
    assert await markets.markets(world.database, [1]) == {}
    assert await markets.market_by_slug(world.database, "no-such-market") is None


async def test_refuses_an_unknown_currency(world: World) -> None:
    refusal = await world.refused(markets.open_market, market(currency="XYZ"))
    assert refusal == OpenRefusal.UNKNOWN_CURRENCY


async def test_refuses_a_name_that_is_taken(world: World) -> None:
    slug = f"m-{uuid4().hex}"
    first, second = await world.batch(markets.open_market, [market(slug), market(slug)])
    assert first.id
    assert second.code == OpenRefusal.SLUG_TAKEN, "also within one batch"
    assert await world.refused(markets.open_market, market(slug)) == OpenRefusal.SLUG_TAKEN


@pytest.mark.parametrize("fee", BAD_FEES)
async def test_refuses_to_open_with_a_fee_that_cannot_be(world: World, fee: Fee) -> None:
    assert await world.refused(markets.open_market, market(fee=fee)) == OpenRefusal.BAD_FEE


async def test_refuses_to_open_with_vat_over_the_whole_commission(world: World) -> None:
    policy = FeePolicy(vat_numerator=101)
    wish = OpenMarket(
        slug=f"m-{uuid4().hex}", name="Market", currency="EUR", fee=TEN_PERCENT, policy=policy
    )
    assert await world.refused(markets.open_market, wish) == OpenRefusal.BAD_FEE
