"""Spelling, narrowing down, counting, sorting, paging; and no page is empty without need."""

import pytest

from fondaco import catalog, parties, search
from fondaco.search import Relaxed, Sort
from tests.search.conftest import Aisle


async def test_a_slip_of_the_keyboard_is_corrected_and_said(aisle: Aisle) -> None:
    await aisle.add(["Lawn sprinkler", "Lawn mower", "Garden hose"])
    answer = await aisle.answer("lawn sprkinler")
    assert answer.cards[0].name == "Lawn sprinkler"
    assert answer.corrected == "lawn sprinkler"
    assert answer.relaxed is Relaxed.NOTHING
    assert (await aisle.answer("lawn sprinklers")).corrected is None


async def test_the_usual_word_of_those_alike_is_meant(aisle: Aisle) -> None:
    await aisle.add(["wisher"] + ["washer"] * 30)
    assert (await aisle.answer("wosher")).corrected == "washer"


async def test_words_run_together_are_taken_apart(aisle: Aisle) -> None:
    await aisle.add(["shower head"] * 5 + ["garden hose"])
    answer = await aisle.answer("showerhead")
    assert answer.corrected == "shower head"
    assert {card.name for card in answer.cards} == {"shower head"}


async def test_numbers_are_never_spelt_anew(aisle: Aisle) -> None:
    await aisle.add(["Tile 1213"])
    answer = await aisle.answer("tile 1212")
    assert answer.corrected is None
    assert answer.relaxed is Relaxed.SOME_TERMS


async def test_what_cannot_be_found_gives_way_and_it_is_said(aisle: Aisle) -> None:
    other = await aisle.world.seller()
    await aisle.add(["Oak desk", "Brass lamp"])
    [desk, _] = list(aisle.names)
    await _offer_too(aisle, desk, other, 900)
    some = await aisle.answer("oak qqqqqqqqq")
    assert (some.relaxed, [card.name for card in some.cards]) == (Relaxed.SOME_TERMS, ["Oak desk"])
    none = await aisle.answer("qqqqqqqqq 77777")
    assert none.relaxed is Relaxed.ALL_TERMS
    assert [card.name for card in none.cards] == ["Oak desk", "Brass lamp"]
    everything = await aisle.answer("")
    assert (everything.relaxed, everything.total) == (Relaxed.NOTHING, 2)
    assert (await aisle.answer("desk", min_price=5000)).cards == []


async def _offer_too(aisle: Aisle, product: int, seller: int, price: int) -> None:
    found = await catalog.product(aisle.world.database, product)
    assert found is not None
    wish = catalog.MakeOffer(
        market=aisle.world.market, seller=seller, variant=found.variants[0].id, price=price,
        currency="EUR",
    )  # fmt: skip
    await aisle.world.do(catalog.make_offer, wish)
    await aisle.catch_up()


async def test_a_category_takes_in_those_below(aisle: Aisle) -> None:
    tools = await aisle.department("Tools")
    saws = await aisle.department("Saws", tools)
    await aisle.add(["Hand saw"], category=saws)
    await aisle.add(["Saw horse"], category=tools)
    await aisle.add(["Saw picture"])
    assert sorted(await aisle.found("saw", category=tools)) == ["Hand saw", "Saw horse"]
    assert await aisle.found("saw", category=saws) == ["Hand saw"]
    with pytest.raises(search.UnknownCategory):
        await aisle.answer("saw", category=1)


async def test_prices_and_stock_narrow_down(aisle: Aisle) -> None:
    await aisle.add(["Cheap lamp"], price=500)
    await aisle.add(["Dear lamp"], price=5000)
    assert await aisle.found("lamp", max_price=500) == ["Cheap lamp"]
    assert await aisle.found("lamp", min_price=501) == ["Dear lamp"]
    assert (await aisle.answer("lamp", in_stock=True)).cards == []
    [dear] = [o for o in aisle.world.seller_of if (await _price(aisle, o)) == 5000]
    await aisle.world.stock(dear, 1)
    assert await aisle.found("lamp", in_stock=True) == ["Dear lamp"]
    assert await aisle.found(in_stock=True) == ["Dear lamp"]


async def _price(aisle: Aisle, offer: int) -> int:
    return (await catalog.offers(aisle.world.database, [offer]))[offer].price


@pytest.mark.parametrize("text", ["lamp", ""])
async def test_orders(aisle: Aisle, text: str) -> None:
    for name, price in (("First lamp", 300), ("Second lamp", 100), ("Third lamp", 200)):
        await aisle.add([name], price=price)
    up = await aisle.found(text, sort=Sort.PRICE_UP)
    assert up == ["Second lamp", "Third lamp", "First lamp"]
    assert await aisle.found(text, sort=Sort.PRICE_DOWN) == up[::-1]
    newest = await aisle.found(text, sort=Sort.NEWEST)
    assert newest == ["Third lamp", "Second lamp", "First lamp"]


async def test_pages_together_are_the_whole(aisle: Aisle) -> None:
    await aisle.add([f"Lamp {no}" for no in range(7)])
    whole = [card.product for card in (await aisle.answer("lamp", limit=100)).cards]
    seen: list[int] = []
    after = None
    while True:
        page = await aisle.answer("lamp", limit=3, after=after)
        seen += [card.product for card in page.cards]
        assert page.total == 7
        if page.next is None:
            break
        after = page.next
    assert seen == whole
    with pytest.raises(search.UnknownPlace):
        await aisle.answer("lamp", after=1)


async def test_facets_count_every_product_once(aisle: Aisle) -> None:
    shelf, other = await aisle.department("Shelf"), await aisle.world.seller()
    await aisle.add(["Lamp one", "Lamp two"], price=150)
    await aisle.add(["Lamp three"], price=20_000, category=shelf, seller=other)
    answer = await aisle.answer("lamp", limit=1)
    assert answer.total == 3
    assert {(one.name, one.count) for one in answer.categories} == {("Goods", 2), ("Shelf", 1)}
    assert {(one.id, one.count) for one in answer.sellers} == {(aisle.seller, 2), (other, 1)}
    assert answer.bands == [search.Band(100, 199, 2), search.Band(20_000, 49_999, 1)]
    for band in answer.bands:
        narrowed = await aisle.answer("lamp", min_price=band.low, max_price=band.high)
        assert narrowed.total == band.count
    for each in answer.categories:
        assert (await aisle.answer("lamp", category=each.id)).total == each.count


@pytest.mark.parametrize("price", [0, 1, 99, 100, 199, 200, 10**15])
def test_a_price_lies_in_its_band(price: int) -> None:
    [band] = search.bands([price])
    assert band.low <= price <= band.high


async def test_who_may_not_sell_is_not_found(aisle: Aisle) -> None:
    other = await aisle.world.seller()
    await aisle.add(["Oak lamp"], seller=other)
    await aisle.add(["Brass lamp"])
    await aisle.world.suspend(other)
    assert await aisle.found("lamp") == ["Brass lamp"]  # at once, before the news is delivered
    await aisle.catch_up()
    assert (await aisle.answer("lamp")).total == 1
    await aisle.world.do(parties.reinstate, parties.Reinstate(seller=other, by="operator"))
    await aisle.catch_up()
    assert (await aisle.answer("lamp")).total == 2


async def test_what_is_withdrawn_goes_and_prices_follow(aisle: Aisle) -> None:
    [lamp] = await aisle.add(["Oak lamp"], price=800)
    await _offer_too(aisle, lamp, aisle.seller, 700)
    [card] = (await aisle.answer("lamp")).cards
    assert (card.price, (await aisle.answer("lamp")).bands[0].low) == (700, 500)
    found = await catalog.product(aisle.world.database, lamp)
    assert found is not None
    gone = catalog.MakeOffer(
        market=aisle.world.market, seller=aisle.seller, variant=found.variants[0].id,
        price=700, currency="EUR", active=False,
    )  # fmt: skip
    await aisle.world.do(catalog.make_offer, gone)
    await aisle.catch_up()
    assert (await aisle.answer("lamp")).total == 0


async def test_each_market_lists_its_own(aisle: Aisle) -> None:
    await aisle.add(["Oak lamp"])
    await aisle.world.open_market()
    assert (await aisle.answer("lamp")).total == 0
    await aisle.add(["Brass lamp"])
    assert await aisle.found("lamp") == ["Brass lamp"]
