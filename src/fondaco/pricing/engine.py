"""What an outside tax engine is asked and answers. Always in batches, before any transaction."""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class TaxedLine(msgspec.Struct, frozen=True):
    """A line to be taxed: its goods and shipping before tax that stands on top, minor units."""

    seller: int
    offer: int
    tax_class: str
    quantity: int
    goods: int
    shipping: int


class TaxQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase to be taxed: what, where it goes, who buys."""

    currency: str
    inclusive: bool
    """Whether the amounts hold the tax."""
    country: str
    region: str
    tax_id: str
    lines: tuple[TaxedLine, ...]


class TaxAnswer(msgspec.Struct, frozen=True):
    """The tax of each line's goods and of its shipping; `reference` is the engine's own name."""

    lines: tuple[tuple[int, int], ...]
    reference: str = ""


class TaxEngine(Protocol):
    """Somebody outside who works tax out, instead of the rates that are known here."""

    name: str

    async def taxes(self, asked: Sequence[TaxQuestion]) -> Sequence[TaxAnswer | None]:
        """One answer each, in order; None where it cannot tell. May take its time, or fail."""
