"""The number of statements is the same for one and for a hundred, taxed and in other currencies."""

from typing import Any

import pytest

from fondaco import catalog, orders
from fondaco.kernel import Handler, Refused
from fondaco.markets import Prices, Remitter, TaxPolicy
from fondaco.orders import RefundLine
from tests.orders.test_batches import counted
from tests.world import World


def back(order: int) -> orders.Refund:
    return orders.Refund(order=order, lines=(RefundLine(1, 1),))


@pytest.mark.parametrize("way", ["listed", "quoted"])
async def test_statements_are_the_same_for_one_and_for_a_hundred(
    world: World, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Taxed, sold in dollars, paid in yen or euros, and given back after settlement."""
    policy = TaxPolicy(prices=Prices.EXCLUSIVE, remitter=Remitter.PLATFORM, country="BE")
    await world.open_market(tax=policy)
    await world.rate("EUR", "USD", 11, 10)
    await world.rate("EUR", "JPY", 160, 1)
    seller = await world.seller()
    lamp = await world.offer(seller, 10_00, shipping=1_00, units=5000)
    wish: dict[str, Any] = {"currency": "USD"}
    if way == "listed":
        await world.paid_in(seller, "JPY")
        price = catalog.SetPrice(offer=lamp, currency="USD", price=12_00, shipping=1_50)
        await world.do(catalog.set_price, price)
    else:
        rate = orders.QuoteRate(market=world.market, currency="USD")
        wish |= {"quote": (await world.do(orders.quote_rate, rate)).id}
    await world.place(lamp, **wish)  # what is read once is read
    runs: dict[int, list[list[str]]] = {}
    for size in (1, 100):
        async with counted(monkeypatch) as names:
            placed = await world.batch(orders.place, [world.basket((lamp, 2), **wish)] * size)
        runs[size] = [list(names)]
        for one in placed:
            await world.capture(one)
            await world.deliver(one.orders[0].id)
        steps: list[tuple[Handler[Any, Any], list[Any]]] = [
            (orders.confirm, [orders.Confirm(order=one.orders[0].id) for one in placed]),
            (orders.refund, [back(one.orders[0].id) for one in placed]),
        ]
        for handler, batch in steps:
            async with counted(monkeypatch) as names:
                outcomes = await world.batch(handler, batch)
            assert not any(isinstance(one, Refused | Exception) for one in outcomes), outcomes[0]
            runs[size].append(list(names))
    assert runs[100] == runs[1]
    settled, given_back = runs[1][1:]
    assert "fondaco.payments.keep_exchanges" in settled
    assert "fondaco.payments.exchanges" in given_back
