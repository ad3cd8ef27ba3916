"""The books on the front page: read once for many visitors, and never in their way."""

import asyncio
from typing import Any

import pytest

from fondaco import ledger
from fondaco.kernel import Unavailable
from fondaco.ledger import TrialLine
from fondaco.web import Books, BooksReader

LINES = [
    TrialLine("bank", "EUR", 0, 300),
    TrialLine("commission", "EUR", 0, 50),
    TrialLine("escrow", "EUR", 600, 1000),
    TrialLine("payable", "EUR", 300, 550),
    TrialLine("psp_receivable", "EUR", 1000, 0),
    TrialLine("escrow", "JPY", 0, 7),
]


def test_figures_are_of_one_currency() -> None:
    assert Books.of(LINES, "EUR") == Books(
        sales=1000, held=400, paid_out=300, commission=50, difference=0
    )
    assert Books.of(LINES, "JPY").difference == -7
    assert Books.of(LINES, "BRL") == Books(0, 0, 0, 0, 0)


class Ledger:
    """A ledger that counts its readings and can be slow or away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.readings, self.gate, self.away = 0, asyncio.Event(), False
        self.gate.set()
        monkeypatch.setattr(ledger, "trial_balance", self.trial_balance)

    async def trial_balance(self, _: Any) -> list[TrialLine]:
        self.readings += 1
        await self.gate.wait()
        if self.away:
            raise Unavailable("gone")
        return LINES


async def test_many_visitors_are_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    books = Ledger(monkeypatch)
    reader = BooksReader(None)  # type: ignore[arg-type]
    shown = await asyncio.gather(*(reader.books("EUR") for _ in range(50)))
    assert shown == [Books.of(LINES, "EUR")] * 50
    assert books.readings == 1


async def test_old_figures_are_shown_while_new_ones_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books = Ledger(monkeypatch)
    reader = BooksReader(None)  # type: ignore[arg-type]
    await reader.books("EUR")
    books.gate.clear()
    reader._good_until = 0
    assert await reader.books("EUR") == Books.of(LINES, "EUR")
    await asyncio.sleep(0)
    assert books.readings == 2
    books.gate.set()


async def test_a_page_without_figures_rather_than_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    books = Ledger(monkeypatch)
    books.away = True
    reader = BooksReader(None)  # type: ignore[arg-type]
    assert await reader.books("EUR") is None
    books.away = False
    reader._good_until = 0
    assert await reader.books("EUR") == Books.of(LINES, "EUR")
