"""Dealing is exact: the same to the unit as in plain Python, in memory and in everybody's books."""

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fondaco import campaigns, markets, orders
from fondaco.campaigns import Campaign, Deal, Desk, Discount, Funding, Kind, Limits, Line, Scope
from fondaco.campaigns.counters import Count
from fondaco.kernel.money import half_up
from tests.campaigns.reference import Off, every_campaign, hand_out
from tests.world import NOON, World

AMOUNTS = st.integers(1, 400)
SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "seller": st.integers(1, 3), "category": st.integers(10, 12),
        "product": st.integers(20, 22), "offer": st.integers(30, 33),
    },
)  # fmt: skip


@st.composite
def discounts(draw: Any) -> Discount:
    cap = draw(st.none() | AMOUNTS)
    minimum = draw(st.just(0) | st.integers(1, 600))
    if draw(st.booleans()):
        numerator = draw(st.integers(1, 100))
        return Discount(numerator=numerator, denominator=100, cap=cap, minimum=minimum)
    repeating = bool(minimum) and draw(st.booleans())
    return Discount(amount=draw(AMOUNTS), cap=cap, minimum=minimum, repeating=repeating)


@st.composite
def stacks(draw: Any) -> list[Campaign]:
    found = []
    for id_ in range(1, 1 + draw(st.integers(1, 4))):
        seller, platform = draw(st.sampled_from([(1, 0), (0, 1), (60, 40), (1, 2), (999, 1)]))
        found.append(
            Campaign(
                id=id_, market=1, owner=None, name="", code=None, currency="EUR",
                kind=draw(st.sampled_from(list(Kind))), scope=Scope(**draw(SCOPES)),
                discount=draw(discounts()), funding=Funding(seller, platform),
                limits=Limits(budget=draw(st.none() | AMOUNTS)), starts_at=NOON,
                ends_at=NOON + timedelta(days=1), stage=draw(st.integers(0, 2)),
                exclusive_group=draw(st.sampled_from(["", "", "g"])), created_at=NOON,
            )
        )  # fmt: skip
    return found


LINES = st.lists(
    st.builds(
        Line, st.integers(1, 3),
        st.lists(st.integers(10, 12), min_size=1, max_size=2).map(tuple),
        st.none() | st.integers(20, 22), st.integers(30, 33), st.integers(1, 4),
        st.integers(0, 500), st.integers(0, 60),
    ),
    max_size=6,
)  # fmt: skip


def dealt(stack: list[Campaign], lines: list[Line]) -> Deal:
    counts = {one.id: Count(0, 0, None) for one in stack}
    deal = Desk({}, {1: tuple(stack)}, counts, {}, locked=True).deal(1, 1, (), lines, NOON)
    assert isinstance(deal, Deal)
    return deal


@settings(max_examples=500, deadline=None)
@given(stacks(), LINES)
def test_every_share_is_what_plain_python_deals(stack: list[Campaign], lines: list[Line]) -> None:
    found = {
        (one.campaign, one.line): (
            one.goods_seller_off, one.goods_platform_off,
            one.shipping_seller_off, one.shipping_platform_off,
        )
        for one in dealt(stack, lines).shares
    }  # fmt: skip
    in_order = sorted(stack, key=lambda one: (one.stage, one.id))
    assert found == every_campaign(in_order, lines)


@settings(max_examples=300, deadline=None)
@given(stacks(), LINES)
def test_nothing_falls_below_zero_and_every_sum_is_exact(
    stack: list[Campaign], lines: list[Line]
) -> None:
    deal = dealt(stack, lines)
    for shares, line in zip(deal.by_line(len(lines)), lines, strict=True):
        goods = sum(one.goods_seller_off + one.goods_platform_off for one in shares)
        assert 0 <= goods <= line.goods
        assert goods + sum(one.shipping_seller_off + one.shipping_platform_off for one in shares) \
            == sum(one.total for one in shares) <= line.goods + line.shipping  # fmt: skip
    for one in stack:
        shares = tuple(share for share in deal.shares if share.campaign == one.id)
        total = sum(share.total for share in shares)
        weights = [one.funding.seller, one.funding.platform]
        of_sellers = sum(share.goods_seller_off + share.shipping_seller_off for share in shares)
        assert of_sellers == hand_out(total, weights)[0]
        assert min((share.total for share in shares), default=1) > 0


SHARES = ((1, 0), (0, 1), (60, 40), (1, 2))


async def test_every_balance_is_what_plain_python_says(world: World) -> None:
    """Random campaigns and carts over three sellers, from placing to settlement."""
    random = Random(20261123)
    for _ in range(6):
        await world.open_market(
            fee=markets.Fee(numerator=random.choice([0, 7, 125]), denominator=1000)
        )
        sellers = [await world.seller() for _ in range(3)]
        offers = {
            await world.offer(
                seller, random.randrange(100, 90_00), random.choice([0, 3_33]), units=500
            ): seller
            for seller in sellers
        }
        for n in range(4):
            await _random_campaign(world, random, n, sellers)
        carts = [
            random.sample([(offer, random.randrange(1, 5)) for offer in offers], k=2 + n % 2)
            for n in range(6)
        ]
        await _sold_as_told(world, carts, offers)


async def _random_campaign(world: World, random: Random, n: int, sellers: list[int]) -> None:
    how: dict[str, Any] = {"numerator": random.randrange(1, 50), "cap": random.randrange(1, 50_00)}
    if random.random() < 0.5:
        how = {"amount": random.randrange(1, 30_00), "minimum": random.randrange(1, 50_00)}
        how["repeating"] = random.random() < 0.5
    if random.random() < 0.5:
        how["seller"] = random.choice(sellers)
    await world.campaign(
        random.choice(SHARES), kind=random.choice(list(Kind)), stage=random.randrange(3), **how
    )


async def _sold_as_told(
    world: World, carts: list[list[tuple[int, int]]], offers: dict[int, int]
) -> None:
    """Sell the carts in one batch; everybody has what plain Python says."""
    placed = await world.batch(orders.place, [world.basket(*cart) for cart in carts])
    ids = await world.rows(
        "select id from campaigns.campaign where market = :market order by stage, id",
        market=world.market,
    )
    known = await campaigns.campaigns(world.database, [row["id"] for row in ids])
    stack = [known[row["id"]] for row in ids]
    rows = await world.rows(
        "select id, price, shipping, category from catalog.offer where market = :market",
        market=world.market,
    )
    price = {row["id"]: row for row in rows}
    [fee] = await world.rows(
        "select numerator, denominator from markets.fee_rule where market = :market",
        market=world.market,
    )
    for one, cart in zip(placed, carts, strict=True):
        assert isinstance(one, orders.Placed)
        lines = [
            Line(
                offers[offer], (price[offer]["category"],), None, offer, n,
                n * price[offer]["price"], price[offer]["shipping"],
            )
            for offer, n in cart
        ]  # fmt: skip
        await _settled_as_told(world, one, lines, every_campaign(stack, lines), fee)


async def _settled_as_told(
    world: World,
    placed: orders.Placed,
    lines: list[Line],
    off: dict[tuple[int, int], Off],
    fee: Any,
) -> None:
    before = {line.seller: await world.balance("payable", line.seller) for line in lines}
    assert placed.total == sum(line.goods + line.shipping for line in lines) - sum(
        sum(part) for part in off.values()
    )
    assert await world.capture(placed)
    by_seller = {order.seller: order.id for order in placed.orders}
    for n, line in enumerate(lines):
        mine = [part for (_, at), part in off.items() if at == n]
        sold = line.goods - sum(part[0] for part in mine)
        commission = half_up(sold * fee["numerator"], fee["denominator"])
        borne = sum(part[1] + part[3] for part in mine)
        order = by_seller[line.seller]
        assert await world.balance("promo", order) == -borne
        await world.deliver(order)
        assert await world.confirm(order) == "settled"
        shipping = line.shipping - sum(part[2] for part in mine)
        assert await world.balance("commission", order) == commission
        assert (
            await world.balance("payable", line.seller) - before[line.seller]
            == sold - commission + shipping
        )
        assert await world.balance("escrow", order) == 0
