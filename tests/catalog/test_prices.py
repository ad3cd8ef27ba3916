"""Price lists: an offer may cost something in other currencies than its market's."""

import pytest

from fondaco import catalog
from fondaco.catalog import PriceRefusal, SetPrice
from tests.world import World


async def listed(world: World, offer: int) -> dict[str, tuple[int, int]]:
    found = await catalog.prices(world.database, [offer], ["EUR", "USD", "JPY"])
    return {currency: price for (_, currency), price in found.items()}


async def test_an_offer_is_priced_changed_and_taken_off_a_list(world: World) -> None:
    offer = await world.offer(await world.seller(), 10_00)
    dollars = SetPrice(offer=offer, currency="USD", price=12_00, shipping=3_00)
    await world.do(catalog.set_price, dollars)
    await world.do(catalog.set_price, SetPrice(offer=offer, currency="JPY", price=1500))
    assert await listed(world, offer) == {"USD": (12_00, 3_00), "JPY": (1500, 0)}
    await world.do(catalog.set_price, SetPrice(offer=offer, currency="USD", price=11_00))
    await world.do(catalog.set_price, SetPrice(offer=offer, currency="JPY", price=None))
    assert await listed(world, offer) == {"USD": (11_00, 0)}


async def test_of_two_prices_in_one_batch_the_later_stands(world: World) -> None:
    offer = await world.offer(await world.seller(), 10_00)
    wishes = [SetPrice(offer=offer, currency="USD", price=price) for price in (12_00, None, 13_00)]
    await world.batch(catalog.set_price, wishes)
    assert await listed(world, offer) == {"USD": (13_00, 0)}


@pytest.mark.parametrize(
    ("currency", "code"),
    [("EUR", PriceRefusal.OWN_CURRENCY), ("XYZ", PriceRefusal.UNKNOWN_CURRENCY)],
)
async def test_refuses_a_price_that_cannot_be(world: World, currency: str, code: str) -> None:
    offer = await world.offer(await world.seller(), 10_00)
    wish = SetPrice(offer=offer, currency=currency, price=1)
    assert await world.refused(catalog.set_price, wish) == code


async def test_refuses_to_price_what_is_not_there_or_somebody_elses(world: World) -> None:
    offer = await world.offer(await world.seller(), 10_00)
    for wish in (
        SetPrice(offer=64, currency="USD", price=1),
        SetPrice(offer=offer, currency="USD", price=1, seller=await world.seller()),
    ):
        assert await world.refused(catalog.set_price, wish) == PriceRefusal.UNKNOWN_OFFER
