"""Tax of purchases: by place, class and policy; who is not charged; how it is settled."""

from typing import Any

import pytest

from fondaco import catalog, markets, orders
from fondaco.markets import Prices, Remitter, Rounding, TaxPolicy
from fondaco.orders import Placed
from tests.world import World

IN, ON_TOP = Prices.INCLUSIVE, Prices.EXCLUSIVE
PLATFORM, SELLER = Remitter.PLATFORM, Remitter.SELLER


def policy(prices: Prices = IN, remitter: Remitter = SELLER, **more: Any) -> TaxPolicy:
    """A market at home in Belgium: 21 %, reduced 6 and 12."""
    return TaxPolicy(**({"prices": prices, "remitter": remitter, "country": "BE"} | more))


async def lines(world: World, placed: Placed) -> list[tuple[int, int, int, int]]:
    """Goods, shipping and the tax of each."""
    rows = await world.rows(
        'select goods, shipping, goods_tax, shipping_tax from orders.line where "order" = any(:ids)'
        ' order by "order", no',
        ids=[order.id for order in placed.orders],
    )
    return [tuple(row) for row in rows]


async def settled(world: World, placed: Placed) -> dict[str, int]:
    """What became of one order's money: the seller's, the operator's, the authority's."""
    [order] = placed.orders
    await world.deliver(order.id)
    assert await world.confirm(order.id) == "settled"
    return {
        "payable": await world.balance("payable", order.seller),
        "commission": await world.balance("commission", order.id),
        "tax": await world.balance("tax_payable", order.id),
        "escrow": await world.balance("escrow", order.id),
    }


@pytest.mark.parametrize(
    ("prices", "remitter", "total", "seller", "authority"),
    [
        (IN, SELLER, 126_00, 113_90, 0),
        (IN, PLATFORM, 126_00, 113_90 - 21_87, 21_87),  # 21.00 of the goods, 0.87 of shipping
        (ON_TOP, SELLER, 152_46, 140_36, 0),
        (ON_TOP, PLATFORM, 152_46, 140_36 - 26_46, 26_46),
    ],
)
async def test_tax_is_in_the_price_or_on_top_and_kept_by_who_remits_it(
    world: World, prices: Prices, remitter: Remitter, total: int, seller: int, authority: int
) -> None:
    """121.00 with 5.00 shipping at 21 %; commission is 10 % of the price, 12.10."""
    await world.open_market(tax=policy(prices, remitter))
    placed = await world.buy(await world.offer(await world.seller(), 121_00, shipping=5_00))
    assert placed.total == total
    shares = await settled(world, placed)
    assert shares == {
        "payable": seller, "commission": 12_10, "tax": authority, "escrow": 0,
    }  # fmt: skip


async def test_a_market_without_a_policy_charges_none(world: World) -> None:
    placed = await world.buy(await world.offer(await world.seller(), 121_00), country="BE")
    assert await lines(world, placed) == [(121_00, 0, 0, 0)]


@pytest.mark.parametrize(
    ("country", "region", "tax"),
    [("", "", 21_00), ("DE", "", 19_32), ("FI", "", 24_59), ("FI", "AX", 24_59), ("CH", "", 9_07)],
)
async def test_the_rate_is_that_of_where_the_goods_go(
    world: World, country: str, region: str, tax: int
) -> None:
    await world.open_market(tax=policy())
    lamp = await world.offer(await world.seller(), 121_00)
    placed = await world.place(lamp, country=country, region=region)
    assert await lines(world, placed) == [(121_00, 0, tax, 0)]


async def test_shipping_may_be_left_untaxed(world: World) -> None:
    await world.open_market(tax=policy(ON_TOP, shipping=False))
    placed = await world.place(await world.offer(await world.seller(), 100_00, shipping=10_00))
    assert await lines(world, placed) == [(100_00, 10_00, 21_00, 0)]
    assert placed.total == 131_00


async def test_the_class_is_the_products_or_else_its_categorys(world: World) -> None:
    await world.open_market(tax=policy(ON_TOP))
    seller = await world.seller()
    food = (
        await world.do(
            catalog.add_category,
            catalog.AddCategory(slug=f"food-{world.name}", name="Food", tax_class="reduced_1"),
        )
    ).id
    offers = []
    for name, tax_class in (("bread", None), ("gift", "zero"), ("wine", "standard")):
        sku = f"{name}-{world.name}"
        product = catalog.AddProduct(
            slug=sku, name=name, category=food, tax_class=tax_class,
            variants=(catalog.NewVariant(sku=sku),),
        )  # fmt: skip
        [variant] = (await world.do(catalog.add_product, product)).variants
        wish = catalog.MakeOffer(
            market=world.market, seller=seller, variant=variant, price=10_00, currency="EUR"
        )
        offers.append((await world.do(catalog.make_offer, wish)).id)
        world.seller_of[offers[-1]] = seller
        await world.stock(offers[-1], 5)
    placed = await world.place(*offers)
    assert [tax for _, _, tax, _ in await lines(world, placed)] == [60, 0, 2_10]


async def test_tax_of_an_order_may_be_rounded_once_and_dealt(world: World) -> None:
    """Three lines of 1.12 at 21 %: 0.2352 each, 0.7056 together; and another seller's alone."""
    await world.open_market(tax=policy(ON_TOP, rounding=Rounding.ORDER))
    one, two = await world.seller(), await world.seller()
    offers = [await world.offer(seller, 1_12) for seller in (one, one, two, one)]
    placed = await world.place(*offers)
    assert [tax for _, _, tax, _ in await lines(world, placed)] == [24, 24, 23, 24]
    placed = await world.place(*offers[:2])
    assert [tax for _, _, tax, _ in await lines(world, placed)] == [24, 23]


@pytest.mark.parametrize(("prices", "paid"), [(IN, 104_16), (ON_TOP, 125_00)])
async def test_a_foreign_business_is_not_charged_and_its_id_is_kept(
    world: World, prices: Prices, paid: int
) -> None:
    """121.00 and 4.00 shipping, to Austria at 20 %: without the tax in it 100.83 and 3.33."""
    await world.open_market(tax=policy(prices, PLATFORM))
    lamp = await world.offer(await world.seller(), 121_00, shipping=4_00)
    placed = await world.buy(lamp, country="AT", tax_id="atu 13585627")
    assert placed.total == paid
    [row] = await world.rows(
        "select country, tax_id from orders.purchase where id = :id", id=placed.purchase
    )
    assert tuple(row) == ("AT", "ATU13585627")
    shares = await settled(world, placed)
    assert shares["tax"] == 0


async def test_a_business_of_the_markets_own_country_is_charged(world: World) -> None:
    await world.open_market(tax=policy(ON_TOP))
    lamp = await world.offer(await world.seller(), 100_00)
    for where in ({"tax_id": "BE0403019261"}, {"tax_id": "ATU13585627"}):
        assert (await world.place(lamp, **where)).total == 121_00, where


async def test_a_rate_set_later_leaves_what_is_sold_alone(world: World) -> None:
    await world.open_market(tax=policy(ON_TOP, country="QV"))
    day = world.clock().date()
    for percent in (10, 20):
        wish = markets.SetTaxRate(country="QV", numerator=percent, denominator=100, valid_from=day)
        await world.do(markets.set_tax_rate, wish)
        lamp = await world.offer(await world.seller(), 100_00)
        placed = await world.place(lamp)
        assert placed.total == 100_00 + percent * 100
    assert await world.broken() == []


@pytest.mark.parametrize("prices", Prices)
async def test_tax_goes_back_with_what_is_refunded(world: World, prices: Prices) -> None:
    """Three units one by one, the last after settlement: nobody keeps a cent."""
    await world.open_market(tax=policy(prices, PLATFORM))
    seller = await world.seller()
    placed = await world.buy((await world.offer(seller, 3_33, shipping=1_00), 3))
    [order] = placed.orders
    unit = orders.Refund(order=order.id, lines=(orders.RefundLine(1, 1),))
    for _ in range(2):
        await world.do(orders.refund, unit)
    await world.deliver(order.id)
    await world.confirm(order.id)
    await world.do(orders.refund, orders.Refund(order=order.id))
    for account in ("tax_payable", "commission", "escrow"):
        assert await world.balance(account, order.id) == 0, account
    assert await world.balance("payable", seller) == 0
    [payment] = await world.rows(
        "select captured, refunded from payments.payment where purchase = :id", id=placed.purchase
    )
    assert tuple(payment) == (placed.total, placed.total)
