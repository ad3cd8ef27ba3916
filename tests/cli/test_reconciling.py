"""Comparing a day with the journal from the command line."""

import asyncio
from datetime import timedelta

import pytest

from tests.cli.conftest import Fondaco
from tests.world import NOON, open_world


def test_what_is_not_in_the_report_is_shown(
    fondaco: Fondaco, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sell() -> None:
        async with open_world(url) as world:
            await world.buy(await world.offer(await world.seller(), 12_34))

    asyncio.run(sell())
    monkeypatch.setenv("COLUMNS", "160")
    said = fondaco("reconcile", NOON.date())
    assert said.status == 1
    assert "0 of 0 lines fit, 1 do not." in said.out
    for part in ("missing_with_them", "-12.34 EUR", "open", "brk_"):
        assert part in said.out
    fine = fondaco("reconcile", (NOON - timedelta(days=3)).date())
    assert (fine.status, "0 do not" in fine.out) == (0, True)


def test_what_cannot_be_compared_is_said(fondaco: Fondaco, url: str) -> None:
    for arguments, told in (
        (("someday",), "is not a day"),
        (("2999-01-01",), "has not begun"),
        (("2026-01-05", "--provider", "nobody"), "there is no provider"),
    ):
        said = fondaco("reconcile", *arguments)
        assert said.status == 2
        assert told in said.err
