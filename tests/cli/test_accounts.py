"""A seller's account from the command line."""

import asyncio
import json

import pytest

from fondaco.kernel.ids import show
from tests.cli.conftest import Fondaco
from tests.payments.owing import bond, charge, reserve, sold
from tests.world import open_world


def owing(url: str) -> str:
    """A seller with a reserve, a bond that lacks something, and a debt."""

    async def build() -> str:
        async with open_world(url) as world:
            seller = await world.seller()
            await reserve(world, 10, 7)
            await bond(world, seller, 50_00)
            await sold(world, seller, 100_00)
            await charge(world, seller, 100_00)
            return show("sel", seller)

    return asyncio.run(build())


def test_an_account_is_shown(fondaco: Fondaco, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    seller = owing(url)
    shown = fondaco("seller", "account", seller).out
    for part in ("9.00 EUR", "until 2026-01-12", "lacks 50.00 EUR", "19.00 EUR", "charge, "):
        assert part in shown
    told = json.loads(fondaco("seller", "account", seller, "--json").out)
    assert [debt["amount"] for debt in told["debts"]] == [19_00]


def test_an_unknown_seller_is_said(fondaco: Fondaco, url: str) -> None:
    for text in ("sel_00000000000s0", "seller"):
        said = fondaco("seller", "account", text)
        assert said.status != 0
        assert said.err
