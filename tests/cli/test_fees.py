"""Commission rules from the command line: listed, and explained for an offer."""

import asyncio

import pytest

from fondaco import markets
from fondaco.kernel.ids import show
from fondaco.markets import Fee, SetFee
from tests.cli.conftest import Fondaco
from tests.world import open_world


def offered(url: str) -> tuple[str, str]:
    """A market and an offer in it, with a rule for its seller."""

    async def build() -> tuple[str, str]:
        async with open_world(url) as world:
            seller = await world.seller()
            offer = await world.offer(seller, price=100_00)
            fee = Fee(numerator=5, floor=10, cap=400)
            wish = SetFee(market=world.market, seller=seller, fee=fee, price_below=200_00)
            await world.do(markets.set_fee, wish)
            return show("mkt", world.market), show("off", offer)

    return asyncio.run(build())


def test_rules_are_listed_and_explained(
    fondaco: Fondaco, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    market, offer = offered(url)
    listed = fondaco("fee", "list", market)
    assert listed.status == 0
    assert "all (base)" in listed.out
    assert "at least 0.10 EUR, at most 4.00 EUR" in listed.out
    told = fondaco("fee", "explain", offer)
    assert told.out.startswith("One unit at 100.00 EUR pays 4.00 EUR, at ")
    assert told.out.index("applies") < told.out.index("overruled")
    dear = fondaco("fee", "explain", offer, "--price", 200_00, "--at", "2027-01-01")
    assert dear.out.startswith("One unit at 200.00 EUR pays 20.00 EUR, at 2027-01-01")
    assert "outside_band" in dear.out


def test_what_is_not_there_is_said(fondaco: Fondaco, url: str) -> None:
    market, offer = offered(url)
    for call in (("list", market[:-1] + "a"), ("explain", offer[:-1] + "a"), ("list", offer)):
        said = fondaco("fee", *call)
        assert said.status != 0
        assert said.err
